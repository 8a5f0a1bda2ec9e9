import { stringAt } from '../../model/json.ts';
import { TYPES_GROUP } from '../../model/names.ts';
import { objectKey, qualifiedName, type Resource } from '../../model/resource.ts';
import type { ApiResult, Clock } from '../../ports.ts';
import { type Changes, throwIfInterrupted } from '../changes.ts';
import { describe } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import type { Terminal } from '../terminal.ts';
import type { FederatedItem } from './gather-objects.ts';

const FEDERATED_NAMESPACES: Resource = {
  group: TYPES_GROUP,
  version: 'v1beta1',
  kind: 'FederatedNamespace',
  plural: 'federatednamespaces',
  namespaced: true,
};
const RETRY_MS = 1_000;
const RETRY_FOR_MS = 10_000;

export interface CreateOptions {
  readonly changes: Changes;
  /** pass over what is there already, instead of refusing: for many objects, of which an earlier run made some */
  readonly keepExisting: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/**
 * Creates federated objects one after the other. Waits for a type that was only just enabled to be served.
 *
 * @throws CommandError AlreadyExists, or what the host refuses with
 * Source: KubeFed v0.10.0, kubefedctl federate (each second for 10 s; the message)
 */
export async function createFederated(
  host: Side,
  items: readonly FederatedItem[],
  options: CreateOptions,
): Promise<void> {
  for (const { resource, object } of items) {
    const name = stringAt(object, 'metadata', 'name') ?? '';
    const key = objectKey(stringAt(object, 'metadata', 'namespace'), name);
    const what = describe(resource, key);
    if ((await host.cluster.get(resource, key)).ok) {
      if (!options.keepExisting) throw exists(qualifiedName(key), `${resource.plural}`);
      options.changes.unchanged('host', what);
      continue;
    }
    await options.changes.make({ action: 'create', place: 'host', what, object }, async () => {
      const made = await createOnceServed(host, { resource, object }, options);
      if (!made.ok && made.error.kind === 'AlreadyExists') {
        throw exists(qualifiedName(key), resource.plural);
      }
      if (!made.ok) throw apiFailure(host, `create ${what}`, made.error);
    });
  }
}

/**
 * Tells whether the objects lie in a namespace without a FederatedNamespace, neither on the host nor among them.
 *
 * Source: KubeFed v0.10.0, `NamespaceNotFederated`
 */
export async function lacksFederatedNamespace(
  host: Side,
  items: readonly FederatedItem[],
): Promise<boolean> {
  const [first] = items;
  const name = stringAt(first?.object, 'metadata', 'namespace');
  if (name === undefined || first?.object['kind'] === FEDERATED_NAMESPACES.kind) return false;
  const found = await host.cluster.get(FEDERATED_NAMESPACES, { namespace: name, name });
  return !found.ok && found.error.kind === 'NotFound';
}

async function createOnceServed(
  host: Side,
  { resource, object }: FederatedItem,
  { clock, signal, terminal }: CreateOptions,
): Promise<ApiResult> {
  const deadlineMs = clock.nowMs() + RETRY_FOR_MS;
  for (;;) {
    throwIfInterrupted(signal);
    const made = await host.cluster.create(resource, object);
    if (made.ok || made.error.kind !== 'NotFound' || clock.nowMs() >= deadlineMs) return made;
    terminal.status(`waiting until the host serves ${resource.plural}`, '');
    await clock.sleep(RETRY_MS, signal);
  }
}

function exists(name: string, plural: string): CommandError {
  return new CommandError(
    'AlreadyExists',
    `Error creating federated resource "${name}": ${plural} "${name}" already exists`,
    [`kubectl edit ${plural}, which changes what is there`],
  );
}
