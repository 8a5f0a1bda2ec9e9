import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() }))
    .default({}),
});
export type Template = z.infer<typeof Template>;

export interface Assembly {
  readonly stackName: string;
  /** absent when the stack is synthesized for whatever account the credentials name */
  readonly account?: string;
  /** absent when the stack is synthesized for whatever Region the credentials name */
  readonly region?: string;
  readonly template: Template;
  /** key in the asset bucket → absolute path of the file or directory in the assembly */
  readonly assets: ReadonlyMap<string, string>;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function readAssets(directory: string, manifests: string[]): Map<string, string> {
  const assets = new Map<string, string>();
  for (const manifest of manifests) {
    const { files } = AssetManifest.parse(readJson(path.join(directory, manifest)));
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) {
        assets.set(objectKey, path.resolve(directory, source.path));
      }
    }
  }
  return assets;
}

/**
 * Reads what `cdk synth` wrote: one stack's template and where its assets lie.
 *
 * @param stack name of the stack; may be left out when the assembly has one
 * @throws {Error} no such assembly, or not exactly one stack fits
 * Source: AWS CDK cloud assembly schema, manifest.json and *.assets.json
 */
export function readAssembly(directory: string, stack?: string): Assembly {
  const { artifacts } = Manifest.parse(readJson(path.join(directory, 'manifest.json')));
  const all = Object.entries(artifacts);
  const stacks = all.flatMap(([id, { type, environment, properties }]) => {
    if (type !== 'aws:cloudformation:stack') return [];
    const name = properties['stackName'];
    return [{ name: typeof name === 'string' ? name : id, environment, properties }];
  });
  const fitting = stacks.filter(({ name }) => stack === undefined || name === stack);
  const [found] = fitting;
  if (found === undefined || fitting.length > 1) {
    const names = stacks.map(({ name }) => name).join(', ');
    throw new Error(`${directory} has the stacks [${names}]: name one of them in options.stack`);
  }
  const manifests = all.flatMap(([, { type, properties }]) => {
    const file = properties['file'];
    return type === 'cdk:asset-manifest' && typeof file === 'string' ? [file] : [];
  });
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(found.environment ?? '') ?? [];
  const file = z.string().parse(found.properties['templateFile']);
  return {
    stackName: found.name,
    ...(account !== undefined && account !== 'unknown-account' && { account }),
    ...(region !== undefined && region !== 'unknown-region' && { region }),
    template: Template.parse(readJson(path.join(directory, file))),
    assets: readAssets(directory, manifests),
  };
}
