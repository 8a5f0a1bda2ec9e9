import { openHost } from './connect/open-host.ts';
import { markAndWait } from './drain/mark-and-wait.ts';
import type { Invocation } from './invocation.ts';
import type { MarkRequest } from './requests.ts';

/** `cordon`, `uncordon` and `drain`, with the kubeconfig as it is. @throws CommandError */
export async function runMark(invocation: Invocation, request: MarkRequest): Promise<void> {
  const { host } = await openHost(invocation, request);
  await markAndWait({ ...invocation, host }, request);
}
