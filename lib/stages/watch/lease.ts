import { type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';
import { WATCH_LEASE } from '../../model/names.ts';
import { LEASES } from '../../model/resources.ts';
import type { Clock, Cluster } from '../../ports.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';

const CHECKPOINT = 'kubefed.io/checkpoint';
const HANDOVER_AFTER = 'kubefed.io/handover-after';
const LEASE_SECONDS = 15;

/** Where each watch stands: resourceVersion by `<cluster>/<plural>.<group>`. */
export type Checkpoint = Readonly<Record<string, string>>;

export interface WatchLease {
  /** `free` and `offered` may be taken; `held` belongs to somebody who is alive */
  readonly state: 'free' | 'offered' | 'held';
  readonly checkpoint: Checkpoint;
  /** @internal the Lease as read; undefined when there is none */
  readonly object: JsonObject | undefined;
}

/** Reads the Lease and says whether it may be taken. */
export async function readLease(
  host: Cluster,
  namespace: string,
  clock: Clock,
): Promise<WatchLease> {
  const found = await host.get(LEASES, { namespace, name: WATCH_LEASE });
  const object = unwrapIfFound(found);
  const nowMs = clock.nowMs();
  const holder = stringAt(object, 'spec', 'holderIdentity');
  const renewedMs = Date.parse(stringAt(object, 'spec', 'renewTime') ?? '');
  const offeredMs = Date.parse(annotationOf(object, HANDOVER_AFTER) ?? '');
  const alive = Boolean(holder) && nowMs < renewedMs + LEASE_SECONDS * 1000;
  const state = !alive ? 'free' : nowMs >= offeredMs ? 'offered' : 'held';
  return { state, checkpoint: parseCheckpoint(annotationOf(object, CHECKPOINT)), object };
}

export interface LeaseHold {
  readonly holder: string;
  readonly checkpoint: Checkpoint;
  readonly handoverAfterMs: number;
  /** gives the Lease up instead of renewing it */
  readonly release?: boolean;
}

/**
 * Writes the Lease: takes it, renews it with a newer checkpoint, or gives it up.
 *
 * @returns the Lease as written; undefined when somebody else wrote it since it was read: it is lost
 */
export async function writeLease(
  host: Cluster,
  lease: { namespace: string; object: JsonObject | undefined },
  hold: LeaseHold,
  clock: Clock,
): Promise<JsonObject | undefined> {
  const now = `${new Date(clock.nowMs()).toISOString().slice(0, 23)}000Z`;
  const previous = lease.object;
  const taken = stringAt(previous, 'spec', 'holderIdentity') !== hold.holder;
  const transitions = Number(valueAt(previous, 'spec', 'leaseTransitions') ?? 0);
  const desired: JsonObject = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...objectAt(previous, 'metadata'),
      name: WATCH_LEASE,
      namespace: lease.namespace,
      annotations: {
        ...objectAt(previous, 'metadata', 'annotations'),
        [CHECKPOINT]: JSON.stringify(hold.checkpoint),
        [HANDOVER_AFTER]: new Date(hold.handoverAfterMs).toISOString(),
      },
    },
    spec: {
      holderIdentity: hold.release === true ? '' : hold.holder,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: taken ? now : (stringAt(previous, 'spec', 'acquireTime') ?? now),
      renewTime: now,
      leaseTransitions: taken ? transitions + 1 : transitions,
    },
  };
  const written =
    previous === undefined
      ? await host.create(LEASES, desired)
      : await host.replace(LEASES, desired);
  const lost =
    !written.ok && (written.error.kind === 'Conflict' || written.error.kind === 'AlreadyExists');
  return lost ? undefined : unwrap(written);
}

function annotationOf(object: JsonObject | undefined, key: string): string | undefined {
  return stringAt(object, 'metadata', 'annotations', key);
}

function parseCheckpoint(text: string | undefined): Checkpoint {
  if (text === undefined) return {};
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // An edited annotation costs a relist, no more.
    return {};
  }
}
