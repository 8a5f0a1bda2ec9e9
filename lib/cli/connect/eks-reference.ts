/** What a kubeconfig says about one context, read but not judged. */
export interface ContextEntry {
  readonly name: string;
  /** name of the cluster entry */
  readonly clusterName: string;
  readonly server: string;
  /** PEM in base64; absent means the system's roots */
  readonly caData?: string;
  readonly insecure: boolean;
  readonly proxyUrl?: string;
  readonly exec?: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
}

export interface EksReference {
  readonly clusterName: string;
  readonly region: string;
  /** 12 digits; absent when nothing tells */
  readonly account?: string;
  /** AWS profile that the context's credentials come from */
  readonly profile?: string;
}

export type ContextKind =
  | ({ readonly kind: 'eks' } & EksReference)
  | { readonly kind: 'eksIncomplete'; readonly missing: 'cluster name' | 'Region' }
  | { readonly kind: 'other' };

const CLUSTER_ARN =
  /^arn:aws[a-z-]*:eks:([a-z0-9-]+):(\d{12}):cluster\/([A-Za-z0-9][A-Za-z0-9_-]{0,99})$/;
const EKSCTL_NAME = /^([A-Za-z0-9][A-Za-z0-9-]*)\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.eksctl\.io$/;
const ENDPOINT_HOST =
  /\.([a-z0-9-]+)\.(?:eks\.(?:amazonaws\.com(?:\.cn)?|c2s\.ic\.gov|sc2s\.sgov\.gov)|api\.(?:aws|amazonwebservices\.com\.cn))$/;
const AUTHENTICATOR = /(^|[\\/])(aws-iam-authenticator|heptio-authenticator-aws)(\.exe)?$/;

/**
 * @returns undefined unless `arn` is the ARN of an EKS cluster
 * Source: AWS, service authorization reference, resource types of Amazon EKS
 */
export function parseClusterArn(arn: string): (EksReference & { account: string }) | undefined {
  const [, region, account, clusterName] = CLUSTER_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || clusterName === undefined) return undefined;
  return { clusterName, region, account };
}

/**
 * Tells an EKS cluster by what eksctl, `aws eks update-kubeconfig` and people write: an endpoint of EKS, a user that
 * runs `aws eks get-token` or aws-iam-authenticator, or a cluster entry named by ARN or as eksctl does.
 *
 * Name and Region are taken from the user's command first, then from the ARN, then from eksctl's name; the Region also
 * from the endpoint, and from AWS_REGION or AWS_DEFAULT_REGION of the user's command last.
 *
 * Source: AWS, "Cluster API server endpoint" (endpoint formats), `aws eks update-kubeconfig`, aws-iam-authenticator
 */
export function classifyContext(entry: ContextEntry): ContextKind {
  const command = readExec(entry);
  const named = parseClusterArn(command?.clusterName ?? '') ?? parseClusterArn(entry.clusterName);
  const eksctl = EKSCTL_NAME.exec(entry.clusterName);
  const endpointRegion = regionOfEndpoint(entry.server);
  if (!command && !named && !eksctl && endpointRegion === undefined) return { kind: 'other' };

  const commandName = parseClusterArn(command?.clusterName ?? '')
    ? undefined
    : command?.clusterName;
  const clusterName = commandName ?? named?.clusterName ?? eksctl?.[1];
  const region =
    command?.region ?? named?.region ?? eksctl?.[2] ?? endpointRegion ?? command?.envRegion;
  if (clusterName === undefined) return { kind: 'eksIncomplete', missing: 'cluster name' };
  if (region === undefined) return { kind: 'eksIncomplete', missing: 'Region' };
  return {
    kind: 'eks',
    clusterName,
    region,
    ...(named === undefined ? {} : { account: named.account }),
    ...(command?.profile === undefined ? {} : { profile: command.profile }),
  };
}

/** @returns the Region that an EKS endpoint names; undefined for any other URL */
export function regionOfEndpoint(server: string): string | undefined {
  // The URL class writes hosts in lower case; EKS writes them in upper case.
  return URL.canParse(server) ? ENDPOINT_HOST.exec(new URL(server).hostname)?.[1] : undefined;
}

interface ExecFacts {
  readonly clusterName?: string | undefined;
  readonly region?: string | undefined;
  readonly envRegion?: string | undefined;
  readonly profile?: string | undefined;
}

function readExec(entry: ContextEntry): ExecFacts | undefined {
  if (entry.exec === undefined) return undefined;
  const { command, args, env } = entry.exec;
  // The command may be wrapped, as in `aws-vault exec prod -- aws eks get-token`.
  const words = [command, ...args];
  const authenticator = words.some((word) => AUTHENTICATOR.test(word));
  const getToken = words.some((word, at) => word === 'get-token' && words[at - 1] === 'eks');
  const getTokenFlags = args.includes('get-token') && args.includes('eks');
  if (!authenticator && !getToken && !getTokenFlags) return undefined;
  const names = authenticator ? ['-i', '--cluster-id'] : ['--cluster-name', '--cluster-id'];
  return {
    clusterName: flagValue(args, names),
    region: flagValue(args, ['--region']),
    envRegion: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined,
    profile: flagValue(args, ['--profile']) ?? (env['AWS_PROFILE'] || undefined),
  };
}

function flagValue(args: readonly string[], flags: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    const [flag = '', ...value] = arg.split('=');
    if (!flags.includes(flag)) continue;
    return (value.length > 0 ? value.join('=') : args[at + 1]) || undefined;
  }
  return undefined;
}
