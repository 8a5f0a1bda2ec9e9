import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PlanReport } from '../../lib/cli/plan/plan-report.ts';
import { creatorEnvironment, type FastFederation } from '../environment/fast-federation.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'main.ts');

/** Runs `kubefed-eks plan` as whoever made the clusters. */
export async function runPlan(
  federation: FastFederation,
  ...args: string[]
): Promise<{ code: number; report: PlanReport }> {
  const KUBECONFIG = federation.host.plane.kubeconfigPath;
  const env = { ...process.env, ...creatorEnvironment(federation.runtime), KUBECONFIG };
  const command = [MAIN, 'plan', ...args, '-o', 'json'];
  const run = promisify(execFile)(process.execPath, command, { env });
  const done = await run.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  if (done.stdout === '') throw new Error(done.stderr);
  return { code: done.code, report: JSON.parse(done.stdout) };
}
