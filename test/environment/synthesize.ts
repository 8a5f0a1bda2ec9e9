import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../lib/model/json.ts';
import { runCommand } from './run-command.ts';
import { RUN_FOLDER } from './run-folder.ts';

const APP = join(import.meta.dirname, '..', '..', 'infra', 'app.ts');

export interface Synthesized {
  /** the cloud assembly (cdk.out); read only */
  readonly assembly: string;
  remove(): Promise<void>;
}

/**
 * `cdk synth` without the CLI: the app reads its context from a variable and writes where another one says. In a test
 * run once for the same settings: bundling takes more than starting the API servers does.
 */
export async function synthesize(settings: JsonObject): Promise<Synthesized> {
  const shared = process.env[RUN_FOLDER];
  if (shared === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'kubefed-eks-fast-'));
    const assembly = await runApp(settings, folder);
    return { assembly, remove: () => rm(folder, { recursive: true, force: true }) };
  }
  const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  const assembly = join(shared, `assembly-${hash}`);
  if (!existsSync(assembly)) await publish(settings, shared, assembly);
  return { assembly, remove: async () => {} };
}

/** Whole or not at all: files that run at the same time may ask for the same. The first one's stays. */
async function publish(settings: JsonObject, shared: string, assembly: string): Promise<void> {
  const made = await runApp(settings, await mkdtemp(join(shared, 'synth-')));
  await rename(made, assembly).catch((error: unknown) => {
    if (!existsSync(assembly)) throw error;
  });
}

async function runApp(settings: JsonObject, folder: string): Promise<string> {
  const CDK_OUTDIR = join(folder, 'cdk.out');
  const CDK_CONTEXT_JSON = JSON.stringify({ 'kubefed-eks': settings });
  await runCommand(process.execPath, [APP], { ...process.env, CDK_OUTDIR, CDK_CONTEXT_JSON });
  return CDK_OUTDIR;
}
