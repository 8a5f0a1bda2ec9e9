import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Sweep } from '../../lib/model/messages.ts';
import { NAMESPACES } from '../../lib/model/resources.ts';
import type { FederatedType } from '../../lib/model/type-config.ts';
import { expandTermination } from '../../lib/stages/sweep.ts';

const AT = '2026-01-01T00:00:00Z';
const NAMESPACES_TYPE = typeOf('namespaces', 'Namespace', false);
const CONFIG_MAPS_TYPE = typeOf('configmaps', 'ConfigMap', true);
const SWEEP: Sweep = {
  ...{ v: 1, kind: 'sweep', type: '*', namespace: 'shop', cause: 'namespace', seenAtMs: 1 },
  terminating: true,
};

function typeOf(name: string, kind: string, namespaced: boolean): FederatedType {
  const target = { group: '', version: 'v1', kind, plural: name, namespaced };
  const federated = {
    ...{ group: 'types.kubefed.io', version: 'v1beta1', kind: `Federated${kind}` },
    ...{ plural: `federated${name}`, namespaced: true },
  };
  return { name, target, federated, enabled: true, statusCollection: false };
}

function hostWith(namespace: JsonObject) {
  const host = memoryCluster({ namespaceController: false });
  host.seed(NAMESPACES, { metadata: { name: 'shop', ...namespace } });
  const metadata = { name: 'shop', namespace: 'shop', finalizers: ['kubefed.io/sync-controller'] };
  host.seed(NAMESPACES_TYPE.federated, { metadata });
  host.seed(CONFIG_MAPS_TYPE.federated, { metadata: { ...metadata, name: 'app', uid: 'u-1' } });
  return host;
}

function expand(host: ReturnType<typeof hostWith>) {
  const types = new Map([NAMESPACES_TYPE, CONFIG_MAPS_TYPE].map((type) => [type.name, type]));
  const config = { scope: 'Cluster', adoptResources: true, gates: {}, healthTimeoutSeconds: 3 };
  const federation = {
    config: { ...config, scope: 'Cluster' as const },
    types,
    clusters: new Map(),
  };
  const reader = {
    at: async () => federation,
    namespaceAt: async () => undefined,
    leavingAt: async () => new Set(['east']),
  };
  return expandTermination({ host, federation: reader }, SWEEP);
}

describe('expandTermination', () => {
  it('deletes the FederatedNamespace and names every other object by its uid', async () => {
    const host = hostWith({ deletionTimestamp: AT });

    expect(await expand(host)).toMatchObject([
      { name: 'app', uid: 'u-1', terminating: true, leaving: ['east'] },
    ]);
    const federated = host.peek(NAMESPACES_TYPE.federated, { namespace: 'shop', name: 'shop' });
    expect(federated).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
  });

  it('leaves a namespace alone that was made anew before the message came', async () => {
    const host = hostWith({});

    expect(await expand(host)).toEqual([]);
    const federated = host.peek(NAMESPACES_TYPE.federated, { namespace: 'shop', name: 'shop' });
    expect(federated).not.toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
  });
});
