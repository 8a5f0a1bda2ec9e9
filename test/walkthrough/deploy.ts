import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT_ID, type EmulatedAws } from '../environment/emulated-aws.ts';
import { runCommand } from '../environment/run-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const QUIET = ['--no-notices', '--no-version-reporting', '--ci'];

/** The cdk commands that a user types, against the emulated account. */
export interface Cdk {
  bootstrap(): Promise<void>;
  deploy(): Promise<void>;
}

/** @param settings what stands under `kubefed-eks` in cdk.json otherwise */
export async function openCdk(aws: EmulatedAws, settings: object): Promise<Cdk> {
  const output = await mkdtemp(join(tmpdir(), 'kubefed-eks-cdk-'));
  const env = { ...process.env, ...aws.environment, PATH: `${BIN}:${process.env['PATH']}` };
  const cdk = (...args: string[]) => runCommand(join(BIN, 'cdk'), [...args, ...QUIET], env);
  const context = ['--context', `kubefed-eks=${JSON.stringify(settings)}`, '--output', output];
  return {
    async bootstrap() {
      const regionOf = aws.environment['AWS_REGION'];
      await cdk('bootstrap', `aws://${ACCOUNT_ID}/${regionOf}`, ...context);
    },
    async deploy() {
      await cdk('deploy', '--require-approval', 'never', ...context);
    },
  };
}

/** @returns the settings of a stack whose host is the first cluster, whose members are all, and that writes to one zone */
export function settingsFor(aws: EmulatedAws, zoneId: string): object {
  const clusters = Object.values(aws.clusters);
  const [host] = clusters;
  const place = (cluster: { name: string; region: string } | undefined) => ({
    clusterName: cluster?.name,
    region: cluster?.region,
  });
  return {
    stackName: 'kubefed-eks',
    account: ACCOUNT_ID,
    region: host?.region,
    host: place(host),
    members: clusters.map(place),
    dns: { zones: [zoneId] },
    // Each worker is a process on this machine.
    maxConcurrency: { plan: 2, apply: 4, status: 2 },
    emulated: true,
  };
}
