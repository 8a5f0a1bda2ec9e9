import type { ChangeMessage } from '../../../lib/model/messages.ts';
import {
  type FederationWatch,
  federationWatch,
} from '../../../lib/stages/watch/federation-watch.ts';
import type { Checkpoint } from '../../../lib/stages/watch/lease.ts';
import { SHOP, type TestFederation, testFederation } from '../federation.ts';
import { KUBEFED_NAMESPACE } from '../objects.ts';

export const IN_SHOP = { namespace: SHOP, name: SHOP };
export const EAST = { namespace: KUBEFED_NAMESPACE, name: 'east' };

export function start(federation: TestFederation, from: Checkpoint = {}): FederationWatch {
  return federationWatch(federation.ports, from);
}

/** A federation that is being watched, with nothing to be told. */
export async function watched(options: Parameters<typeof testFederation>[0] = {}) {
  const federation = testFederation(options);
  const watch = start(federation);
  await settle(federation);
  federation.probes.take();
  return { ...federation, federation, watch };
}

/** Lets the federation do what the watch has it do, until all is quiet. */
export async function settle(federation: TestFederation): Promise<void> {
  for (let seconds = 0; seconds < 6; seconds++) {
    await federation.clock.advance(1_000);
    await federation.settle();
  }
}

export function told(federation: TestFederation): string[] {
  return federation.changes.take().map(describeMessage);
}

function describeMessage(message: ChangeMessage): string {
  if (message.kind === 'sweep') {
    const all = message.terminating ? 'all of terminating' : 'all of';
    return `${message.cause}: ${all} ${message.type} in ${message.namespace ?? '*'}`;
  }
  const at = message.cluster === undefined ? '' : ` in ${message.cluster}`;
  return `${message.cause}: ${message.type} ${message.namespace}/${message.name}${at}`;
}
