import { trackChanges } from './changes.ts';
import { openHost } from './connect/open-host.ts';
import type { Invocation } from './invocation.ts';
import { printYaml } from './print-yaml.ts';
import type { FederateRequest } from './requests.ts';
import { createFederated, lacksFederatedNamespace } from './types/create-federated.ts';
import { discover } from './types/discovery.ts';
import { enableType, REJOIN_HINT } from './types/enable-type.ts';
import { gatherObjects } from './types/gather-objects.ts';

/**
 * `federate`, with the kubeconfig as it is. Types that it enabled are taken back when that fails; federated objects never
 * are, because deleting one deletes what it adopted. The same command goes on from there.
 *
 * @throws CommandError
 */
export async function runFederate(invocation: Invocation, request: FederateRequest): Promise<void> {
  const { terminal, signal, clock } = invocation;
  const { kubefedNamespace, dryRun, output } = request;
  const opened = await openHost(invocation, request);
  const { host } = opened;
  const namespace = request.namespace ?? opened.namespace;
  const gathered = await gatherObjects(host, await discover(host), { ...request, namespace });
  for (const line of gathered.skipped) terminal.progress(`left out: ${line}`);
  const objects = gathered.items.map((item) => item.object);
  if (output === 'yaml') return printYaml(terminal, objects);

  const enabling = trackChanges({ dryRun, terminal, signal });
  try {
    const work = { host, changes: enabling, namespace: kubefedNamespace };
    for (const pair of gathered.toEnable) await enableType(work, pair);
    if (gathered.toEnable.length > 0 && !dryRun) terminal.progress(REJOIN_HINT);
  } catch (error) {
    await enabling.undo();
    throw error;
  }
  if (await lacksFederatedNamespace(host, gathered.items)) {
    terminal.warn(
      `nothing is propagated from namespace ${namespace} until it is federated: kubefed-eks federate namespaces ${namespace}`,
    );
  }
  await createFederated(host, gathered.items, {
    changes: trackChanges({ dryRun, terminal, signal }),
    keepExisting: request.contents,
    clock,
    signal,
    terminal,
  });
}
