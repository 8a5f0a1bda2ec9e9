import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { stateConfigMap, stateTexts } from '../../../lib/core/zone/zone-state.ts';
import { DNS_ENDPOINTS, DOMAINS, RECORDS } from '../../../lib/model/dns-record.ts';
import { apiVersionOf, type Resource } from '../../../lib/model/resource.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import { removeDns } from '../../../lib/stages/install/remove-dns.ts';

const namespace = 'kube-federation-system';
const set = { name: 'web.example.com', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] } as const;
const OWNED = { of: set.name, by: 'shop/service-web', set };

function setUp() {
  const clock = virtualClock();
  const host = memoryCluster({ clock });
  for (const resource of [DOMAINS, RECORDS.service, RECORDS.ingress, DNS_ENDPOINTS]) {
    host.seed(resource, objectOf(resource));
  }
  /** What the stage zone notes. */
  const note = (owned: readonly (typeof OWNED)[]) => {
    const [shard = '0', text = '{}'] =
      [...stateTexts({ owned: [OWNED], held: new Map() })][0] ?? [];
    const now = stateTexts({ owned, held: new Map() }).get(shard) ?? '{}';
    expect(text).not.toBe('{}');
    host.seed(CONFIG_MAPS, stateConfigMap('Z1', shard, { namespace, text: now }));
  };
  return { clock, host, note, ports: { host, clock, kubefedNamespace: namespace } };
}

function objectOf(resource: Resource) {
  const metadata = { namespace: 'shop', name: 'web' };
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
}

describe('removeDns', () => {
  it('deletes all that asks for names, and ends when the zones are clear of ours', async () => {
    const { clock, host, note, ports } = setUp();
    note([OWNED]);
    let ended = false;
    const removing = removeDns(ports).then(() => {
      ended = true;
    });
    await clock.advance(30_000);
    for (const resource of [DOMAINS, RECORDS.service, RECORDS.ingress, DNS_ENDPOINTS]) {
      expect(host.peekAll(resource)).toEqual([]);
    }
    expect(ended).toBe(false);
    note([]);
    await clock.advance(3_000);
    await removing;
    expect(ended).toBe(true);
  });

  it('does not wait where nothing was ever written to a zone', async () => {
    const { ports } = setUp();
    await expect(removeDns(ports)).resolves.toBeUndefined();
  });

  it('names what is still there after three minutes, and what to do about it', async () => {
    const { clock, note, ports } = setUp();
    note([OWNED]);
    const removing = removeDns(ports).catch((error: Error) => error.message);
    await clock.advance(200_000);
    expect(await removing).toMatch(
      /e\.g\. web\.example\.com; .* delete ConfigMap kube-federation-system\/kubefed-eks-zone-z1-\w /,
    );
  });

  it('has nothing to do on a host without these kinds', async () => {
    const clock = virtualClock();
    const host = memoryCluster({ clock, isServed: ({ group }) => group === '' });
    await expect(removeDns({ host, clock, kubefedNamespace: namespace })).resolves.toBeUndefined();
  });
});
