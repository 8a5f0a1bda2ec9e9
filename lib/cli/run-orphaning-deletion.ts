import { openHost } from './connect/open-host.ts';
import type { Invocation } from './invocation.ts';
import type { OrphaningRequest } from './requests.ts';
import { discover, findType } from './types/discovery.ts';
import { orphanDeletion } from './types/orphan-deletion.ts';

/** `orphaning-deletion`, with the kubeconfig as it is. @throws CommandError */
export async function runOrphaningDeletion(
  invocation: Invocation,
  request: OrphaningRequest,
): Promise<void> {
  const { terminal } = invocation;
  const { host, namespace } = await openHost(invocation, request);
  const resource = findType(await discover(host), request.type);
  const answer = await orphanDeletion(host, request.action, {
    resource,
    key: { namespace: request.namespace ?? namespace, name: request.name },
    warn: (text) => terminal.warn(text),
  });
  if (answer !== undefined) terminal.result(answer);
}
