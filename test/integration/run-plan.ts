import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PlanReport } from '../../lib/cli/plan/plan-report.ts';
import type { FastFederation } from '../environment/fast-federation.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'main.ts');
const CREATOR = 'arn:aws:iam::111122223333:role/creator';

/** Runs `kubefed-eks plan` as whoever made the clusters. */
export async function runPlan(
  federation: FastFederation,
  ...args: string[]
): Promise<{ code: number; report: PlanReport }> {
  const { accessKeyId, secretAccessKey } = federation.runtime.credentials(CREATOR);
  const env = {
    ...process.env,
    KUBECONFIG: federation.host.plane.kubeconfigPath,
    AWS_ENDPOINT_URL: federation.runtime.apiUrl,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-west-2',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const command = [MAIN, 'plan', ...args, '-o', 'json'];
  const run = promisify(execFile)(process.execPath, command, { env });
  const done = await run.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  if (done.stdout === '') throw new Error(done.stderr);
  return { code: done.code, report: JSON.parse(done.stdout) };
}
