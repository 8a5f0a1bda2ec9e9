import { describe, expect, it } from 'vitest';
import { DOMAINS, RECORDS } from '../../../lib/model/dns-record.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import {
  ENDPOINT_SLICES,
  INGRESSES,
  KUBEFED_CLUSTERS,
  SERVICES,
} from '../../../lib/model/resources.ts';
import { federationWatch } from '../../../lib/stages/watch/federation-watch.ts';
import type { Checkpoint } from '../../../lib/stages/watch/lease.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from '../objects.ts';
import { LB, PROD, recordFederation, service, slice, WEB } from '../records.ts';

type Federation = ReturnType<typeof recordFederation>;

function start(federation: Federation, from: Checkpoint = {}) {
  return federationWatch(federation.ports, from);
}

async function watched(federation = recordFederation()) {
  const watch = start(federation);
  await federation.clock.advance(5_000);
  federation.sent.take();
  return { federation, watch };
}

/** @returns what has been told of records within a second */
async function told({ clock, sent }: Federation): Promise<string[]> {
  await clock.advance(1_000);
  return sent
    .take()
    .map((message) =>
      message.kind === 'all' ? 'all' : `${message.kind} ${message.namespace}/${message.name}`,
    );
}

const relabelled = (object: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...WEB, labels: { 'kubefed.io/managed': 'true', color: 'red' } },
});

describe('recordWatch', () => {
  it.each([
    {
      what: 'a new record',
      act: (f: Federation) => f.host.create(RECORDS.ingress, { metadata: WEB, spec: {} }),
      tells: ['ingress shop/web'],
    },
    {
      what: 'a changed record',
      act: (f: Federation) => f.host.patch(RECORDS.service, WEB, { spec: { dnsPrefix: 'www' } }),
      tells: ['service shop/web'],
    },
    {
      what: 'a deleted record',
      act: (f: Federation) => f.host.delete(RECORDS.service, WEB),
      tells: ['service shop/web'],
    },
    {
      what: 'the status of a record, which we write',
      act: (f: Federation) =>
        f.host.patch(RECORDS.service, WEB, { status: { domain: 'x' } }, 'status'),
      tells: [],
    },
    {
      what: 'a changed Domain',
      act: (f: Federation) => f.host.patch(DOMAINS, PROD, { domain: 'example.org' }),
      tells: ['all'],
    },
    {
      what: 'a deleted Domain',
      act: (f: Federation) => f.host.delete(DOMAINS, PROD),
      tells: ['all'],
    },
    {
      what: 'a cluster that is not Ready any more',
      act: async (f: Federation) => f.setReady('east', false),
      tells: ['all'],
    },
    {
      what: 'a cluster that leaves',
      act: (f: Federation) =>
        f.host.delete(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name: 'east' }),
      tells: ['all'],
    },
    {
      what: 'another address of a load balancer',
      act: (f: Federation) => {
        const status = { loadBalancer: { ingress: [{ hostname: LB.west }] } };
        return f.member('east').patch(SERVICES, WEB, { status }, 'status');
      },
      tells: ['service shop/web'],
    },
    {
      what: 'other changes of a Service in a member, its status among them',
      act: async (f: Federation) => {
        await f.member('east').patch(SERVICES, WEB, relabelled({}));
        const status = { conditions: [{ type: 'Provisioned', status: 'True' }] };
        await f.member('east').patch(SERVICES, WEB, { status }, 'status');
      },
      tells: [],
    },
    {
      what: 'a Service that vanishes from a member',
      act: (f: Federation) => f.member('east').delete(SERVICES, WEB),
      tells: ['service shop/web'],
    },
    {
      what: 'a Service without a record',
      act: (f: Federation) => {
        const { metadata, ...rest } = service(LB.east);
        const other = {
          ...rest,
          metadata: { ...WEB, name: 'other', labels: { 'kubefed.io/managed': 'true' } },
        };
        expect(metadata).toBeDefined();
        return f.member('east').create(SERVICES, other);
      },
      tells: [],
    },
    {
      what: 'an Ingress, of which there are no records',
      act: (f: Federation) => f.member('east').create(INGRESSES, service(LB.east)),
      tells: [],
    },
    {
      what: 'pods that are not ready any more',
      act: async (f: Federation) => f.member('east').seed(ENDPOINT_SLICES, slice(false)),
      tells: ['service shop/web'],
    },
    {
      what: 'one more pod that is ready',
      act: async (f: Federation) => {
        const more = [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }];
        return f.member('east').seed(ENDPOINT_SLICES, { ...slice(true), endpoints: more });
      },
      tells: [],
    },
  ])('tells of $what: $tells', async ({ act, tells }) => {
    const { federation, watch } = await watched();
    await act(federation);
    expect(await told(federation)).toEqual(tells);
    await watch.stop();
  });

  it('watches no member while there is no record', async () => {
    const federation = recordFederation();
    await federation.host.delete(RECORDS.service, WEB);
    const { watch } = await watched(federation);
    const before = federation.member('east').calls.watch;
    federation.host.seed(RECORDS.service, federation.record());
    // Once for the record, and again for what is found in members from then on.
    expect(new Set(await told(federation))).toEqual(new Set(['service shop/web']));
    expect(federation.member('east').calls.watch).toBe((before ?? 0) + 2);
    await watch.stop();
  });

  it('goes on from the checkpoint: nothing is told twice, and nothing is missed', async () => {
    const { federation, watch } = await watched();
    const checkpoint = await watch.stop();
    const quiet = start(federation, checkpoint);
    expect(await told(federation)).toEqual([]);
    const later = await quiet.stop();

    await federation.member('west').delete(SERVICES, WEB);
    const next = start(federation, later);
    expect(await told(federation)).toEqual(['service shop/web']);
    await next.stop();
  });

  it('tells of all records when a cluster changed while nobody watched', async () => {
    const { federation, watch } = await watched();
    const checkpoint = await watch.stop();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('north', { ready: true }));
    const next = start(federation, checkpoint);
    expect(await told(federation)).toContain('all');
    await next.stop();
  });

  it('waits for the host when the records cannot be listed', async () => {
    const federation = recordFederation();
    federation.host.fail = (call) =>
      call.verb === 'list' && call.resource?.plural === 'servicednsrecords'
        ? { kind: 'Forbidden', message: 'not yet' }
        : undefined;
    const watch = start(federation);
    await told(federation);
    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'records cannot be listed, trying again' }),
    );
    federation.host.fail = undefined;
    await federation.clock.advance(5_000);
    await told(federation);
    await federation.host.patch(RECORDS.service, WEB, { spec: { dnsPrefix: 'www' } });
    expect(await told(federation)).toEqual(['service shop/web']);
    await watch.stop();
  });
});
