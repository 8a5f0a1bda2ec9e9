import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { statusPrint, targetStatus } from '../../lib/core/target-status.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { SERVICES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { NAMESPACE } from '../bench/measure.ts';
import { apiCalls, callsBetween, writesAmong } from '../environment/api-calls.ts';
import { DEPLOYMENTS, federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { testFederation } from './test-federation.ts';

const PATIENCE_SECONDS = 60;
const WEB = { namespace: NAMESPACE, name: 'web' };
const KUBEFED_NAMESPACE = 'kube-federation-system';
const SERVICE_STATUSES: Resource = {
  group: 'core.kubefed.io',
  version: 'v1alpha1',
  kind: 'FederatedServiceStatus',
  plural: 'federatedservicestatuses',
  namespaced: true,
};

const federation = testFederation({ members: 2, prepares: true });

describe('remoteStatus', () => {
  it('follows a rolling Deployment in two members, with at most one write a second', async () => {
    const { host, members } = federation;
    must(await host.api.create(federatedType('FederatedDeployment'), FEDERATED_DEPLOYMENT));
    await hostKnows(DEPLOYMENTS, 'FederatedDeployment');
    await federation.runtime.idle();
    const before = { host: await apiCalls(host.plane), member: await memberCalls() };
    const startMs = performance.now();
    for (let readyReplicas = 1; readyReplicas <= 500; readyReplicas++) {
      const status = { observedGeneration: 1, replicas: 500, readyReplicas };
      await Promise.all(
        members.map(async ({ api }) =>
          must(await api.patch(DEPLOYMENTS, WEB, { status }, 'status')),
        ),
      );
      await sleep(5);
    }
    await hostKnows(DEPLOYMENTS, 'FederatedDeployment');
    await federation.runtime.idle();
    const seconds = (performance.now() - startMs) / 1000;
    const writes = writesAmong(callsBetween(before.host, await apiCalls(host.plane)));
    const statusesInMember = callsBetween(before.member, await memberCalls());

    expect(statusesInMember.get('PATCH deployments/status')).toBe(500);
    expect([...writes.keys()]).toEqual(['PATCH federateddeployments/status']);
    const written = writes.get('PATCH federateddeployments/status') ?? 0;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  }, 240_000);

  it('goes when the gate is closed, and comes back when it is opened', async () => {
    await setGate('Disabled');
    await until('no remoteStatus', PATIENCE_SECONDS, async () => {
      const seen = await remoteStatuses('FederatedDeployment');
      return { done: seen.every((each) => each === ''), seen };
    });
    await setGate('Enabled');
    await hostKnows(DEPLOYMENTS, 'FederatedDeployment');
  }, 180_000);
});

describe('FederatedServiceStatus', () => {
  it('tells the address of a load balancer in every ready member', async () => {
    const { host, members } = federation;
    const key = { namespace: KUBEFED_NAMESPACE, name: 'services' };
    must(await host.api.patch(FEDERATED_TYPE_CONFIGS, key, { spec: GATHERED }));
    must(await host.api.create(federatedType('FederatedService'), FEDERATED_SERVICE));
    const [member] = members;
    if (member === undefined) throw new Error('a member is needed');
    await until('the Service', PATIENCE_SECONDS, async () => {
      const found = await member.api.get(SERVICES, WEB);
      return { done: found.ok, seen: found };
    });
    const status = { loadBalancer: { ingress: [{ hostname: 'web.elb.example.com' }] } };
    must(await member.api.patch(SERVICES, WEB, { status }, 'status'));

    await until('the FederatedServiceStatus', PATIENCE_SECONDS, async () => {
      const found = await host.api.get(SERVICE_STATUSES, WEB);
      const [first, second] = found.ok ? listAt(found.value, 'clusterStatus') : [];
      const told = JSON.stringify(first ?? null).includes('web.elb.example.com');
      return { done: told && stringAt(second, 'clusterName') === 'member-2', seen: found };
    });
    await hostKnows(SERVICES, 'FederatedService');
    const config = must(await host.api.get(FEDERATED_TYPE_CONFIGS, key));
    expect(config).toMatchObject({ status: { statusController: 'Running' } });
  }, 180_000);

  it('is at rest afterwards, and goes with the FederatedService', async () => {
    const { host, runtime } = federation;
    await runtime.idle();
    const before = await apiCalls(host.plane);
    await sleep(5_000);
    await runtime.idle();
    expect([...writesAmong(callsBetween(before, await apiCalls(host.plane)))]).toEqual([]);

    must(await host.api.delete(federatedType('FederatedService'), WEB));
    await until('it is gone', PATIENCE_SECONDS, async () => {
      const found = await host.api.get(SERVICE_STATUSES, WEB);
      return { done: !found.ok && found.error.kind === 'NotFound', seen: found };
    });
  }, 180_000);
});

const FEDERATED_DEPLOYMENT: JsonObject = {
  apiVersion: 'types.kubefed.io/v1beta1',
  kind: 'FederatedDeployment',
  metadata: WEB,
  spec: {
    template: {
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web' }] },
        },
      },
    },
    placement: { clusterSelector: {} },
  },
};

const FEDERATED_SERVICE: JsonObject = {
  apiVersion: 'types.kubefed.io/v1beta1',
  kind: 'FederatedService',
  metadata: WEB,
  spec: {
    template: { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
    placement: { clusterSelector: {} },
  },
};

/** As KubeFed's documentation has it. */
const GATHERED: JsonObject = {
  statusCollection: 'Enabled',
  statusType: {
    group: 'core.kubefed.io',
    version: 'v1alpha1',
    kind: 'FederatedServiceStatus',
    pluralName: 'federatedservicestatuses',
    scope: 'Namespaced',
  },
};

async function memberCalls() {
  const [member] = federation.members;
  if (member === undefined) throw new Error('a member is needed');
  return apiCalls(member.plane);
}

async function setGate(configuration: string): Promise<void> {
  const featureGates = [{ name: 'RawResourceStatusCollection', configuration }];
  const key = { namespace: KUBEFED_NAMESPACE, name: 'kubefed' };
  must(await federation.host.api.patch(KUBEFED_CONFIGS, key, { spec: { featureGates } }));
}

/** @returns prints, one for each cluster of the status; empty where there is none */
async function remoteStatuses(kind: string): Promise<string[]> {
  const found = must(await federation.host.api.get(federatedType(kind), WEB));
  return listAt(found, 'status', 'clusters').map((each) =>
    statusPrint(objectAt(each, 'remoteStatus')),
  );
}

/** Waits until the host says of every member what the member says itself. */
async function hostKnows(target: Resource, kind: string): Promise<void> {
  await until(`${kind} tells the statuses`, PATIENCE_SECONDS, async () => {
    const told = await remoteStatuses(kind);
    const live = await Promise.all(
      federation.members.map(async ({ api }) => {
        const found = await api.get(target, WEB);
        return found.ok ? statusPrint(targetStatus(found.value)) : 'missing';
      }),
    );
    return { done: told.join() === live.join(), seen: { told, live } };
  });
}
