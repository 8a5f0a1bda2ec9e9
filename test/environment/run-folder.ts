import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Variable with the folder that all processes of one test run share; not set outside of `vitest`. */
export const RUN_FOLDER = 'KUBEFED_EKS_RUN_FOLDER';

/**
 * Before the integration tests: makes the folder, also for what Node has compiled. The tests start the command line and
 * the CDK app again and again, and loading their modules is most of what those take.
 *
 * @returns what removes it again
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'kubefed-eks-run-'));
  process.env[RUN_FOLDER] = folder;
  process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compiled');
  return () => rm(folder, { recursive: true, force: true });
}
