import type { Change } from '../../../lib/model/messages.ts';
import { RED } from '../config-map-a.ts';
import { testFederation } from '../federation.ts';
import { CONFIG_MAP, type FederatedParts } from '../objects.ts';

export const FINALIZER = 'kubefed.io/sync-controller';

/** A federation with the FederatedConfigMap `a`, not planned yet, and the change that tells of it. */
export async function withObject(
  parts: Partial<FederatedParts> = {},
  change: Partial<Change> = {},
) {
  const federation = testFederation();
  const told = await federation.createFederated(CONFIG_MAP, { ...RED, ...parts });
  return { ...federation, told: { ...told, ...change } };
}
