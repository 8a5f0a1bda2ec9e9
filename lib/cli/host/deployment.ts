import {
  isJsonObject,
  type JsonObject,
  objectAt,
  stringAt,
  stringMapAt,
} from '../../model/json.ts';

/** What `cdk deploy` tells on the host of itself, in the ConfigMap `kubefed-eks`. */
export interface Deployment {
  readonly stackName: string;
  /** where queues and functions are */
  readonly region: string;
  /** URL by name; dead letters of `jobs` are in `jobs-dead` */
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly host: {
    readonly clusterName: string;
    readonly region: string;
    readonly roleArn?: string;
  };
}

/** @returns undefined when the ConfigMap does not tell, as after a deployment of before 0.1.0 */
export function readDeployment(configMap: JsonObject | undefined): Deployment | undefined {
  const told = parse(stringAt(configMap, 'data', 'deployment'));
  const host = objectAt(told, 'host');
  const region = stringAt(told, 'region');
  const clusterName = stringAt(host, 'clusterName');
  if (region === undefined || clusterName === undefined) return undefined;
  const roleArn = stringAt(host, 'roleArn');
  return {
    stackName: stringAt(told, 'stackName') ?? '',
    region,
    queueUrls: stringMapAt(told, 'queueUrls'),
    host: {
      clusterName,
      region: stringAt(host, 'region') ?? region,
      ...(roleArn === undefined ? {} : { roleArn }),
    },
  };
}

function parse(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
