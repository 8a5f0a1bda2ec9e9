import { trackChanges } from './changes.ts';
import { openHost } from './connect/open-host.ts';
import type { Invocation } from './invocation.ts';
import type { DisableRequest } from './requests.ts';
import { disableType } from './types/disable-type.ts';
import { discover, findType, typeName } from './types/discovery.ts';

/**
 * `disable`, with the kubeconfig as it is. It is not taken back when it is stopped on the way: each step leaves a
 * federation that works, and the same command goes on from there.
 *
 * @throws CommandError
 */
export async function runDisable(invocation: Invocation, request: DisableRequest): Promise<void> {
  const { terminal, signal, clock } = invocation;
  const { kubefedNamespace: namespace, dryRun, deleteCrd } = request;
  const { host } = await openHost(invocation, request);
  // Source: KubeFed v0.10.0: a name with a dot is not looked up, so that a type whose CRD is gone can be disabled.
  const name = request.name.includes('.')
    ? request.name
    : typeName(findType(await discover(host), request.name, request.version));
  const changes = trackChanges({ dryRun, terminal, signal });
  const tell = (line: string) => terminal.result(line);
  await disableType({ host, changes, namespace }, { name, deleteCrd, clock, signal, tell });
}
