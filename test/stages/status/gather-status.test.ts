import { describe, expect, it } from 'vitest';
import { type JsonObject, listAt } from '../../../lib/model/json.ts';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, readFederatedType } from '../../../lib/model/type-config.ts';
import { A } from '../config-map-a.ts';
import { callsSince, type TestFederation, testFederation } from '../federation.ts';
import {
  DEPLOYMENT_TYPE_CONFIG,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE_TYPE_CONFIG,
} from '../objects.ts';

/** As KubeFed's documentation has it for Services. */
const SERVICE_TYPE_CONFIG: JsonObject = {
  ...DEPLOYMENT_TYPE_CONFIG,
  metadata: { name: 'services', namespace: KUBEFED_NAMESPACE },
  spec: {
    targetType: { version: 'v1', kind: 'Service', scope: 'Namespaced' },
    propagation: 'Enabled',
    federatedType: {
      ...{ group: 'types.kubefed.io', version: 'v1beta1' },
      ...{ kind: 'FederatedService', scope: 'Namespaced' },
    },
    statusCollection: 'Enabled',
    statusType: {
      ...{ group: 'core.kubefed.io', version: 'v1alpha1', pluralName: 'federatedservicestatuses' },
      ...{ kind: 'FederatedServiceStatus', scope: 'Namespaced' },
    },
  },
};
const SERVICE = readFederatedType(SERVICE_TYPE_CONFIG);
const ADDRESS: JsonObject = { loadBalancer: { ingress: [{ hostname: 'web.example.com' }] } };

function serviceType() {
  if (SERVICE?.statusType === undefined) throw new Error('the type configuration is not usable');
  return { ...SERVICE, statusType: SERVICE.statusType };
}

async function served(): Promise<TestFederation> {
  const members = ['east', 'north', 'west'];
  const typeConfigs = [SERVICE_TYPE_CONFIG, NAMESPACE_TYPE_CONFIG];
  const federation = testFederation({ members, typeConfigs });
  const parts = { name: 'a', clusters: ['east', 'west'], template: { spec: { ports: [] } } };
  await federation.settle([await federation.createFederated(serviceType(), parts)]);
  return federation;
}

const gathered = (federation: TestFederation) => federation.host.peek(serviceType().statusType, A);

async function tell(federation: TestFederation, cluster: string, status: JsonObject) {
  const { target } = serviceType();
  await federation.member(cluster).patch(target, A, { status }, 'status');
  const { v, type, name, namespace = '', seenAtMs } = federation.change(serviceType(), 'a');
  const clusters = [cluster];
  return federation.status([{ v, kind: 'status', type, name, namespace, seenAtMs, clusters }]);
}

describe('FederatedServiceStatus', () => {
  it('comes with the FederatedService, is owned by it, and lists every ready cluster', async () => {
    const federation = await served();
    const { uid } = Object(federation.federatedObject(serviceType(), 'a')?.['metadata']);

    expect(gathered(federation)).toMatchObject({
      apiVersion: 'core.kubefed.io/v1alpha1',
      kind: 'FederatedServiceStatus',
      metadata: {
        ownerReferences: [
          { apiVersion: 'types.kubefed.io/v1beta1', kind: 'FederatedService', name: 'a', uid },
        ],
      },
      clusterStatus: [
        { clusterName: 'east', status: {} },
        { clusterName: 'north', status: {} },
        { clusterName: 'west', status: {} },
      ],
    });
  });

  it('takes in the address of a load balancer, with the status of the FederatedService', async () => {
    const federation = await served();
    const before = { ...federation.host.calls };
    await tell(federation, 'west', ADDRESS);

    expect(listAt(gathered(federation), 'clusterStatus')).toEqual([
      { clusterName: 'east', status: {} },
      { clusterName: 'north', status: {} },
      { clusterName: 'west', status: ADDRESS },
    ]);
    expect(federation.federatedObject(serviceType(), 'a')).toMatchObject({
      status: { clusters: [{ name: 'east' }, { name: 'west', remoteStatus: ADDRESS }] },
    });
    expect(callsSince(federation.host, before)).toEqual({ get: 2, patch: 2, total: 4 });
  });

  it('is not written when nothing has changed', async () => {
    const federation = await served();
    await tell(federation, 'west', ADDRESS);
    const { create, patch } = federation.host.calls;
    await tell(federation, 'west', ADDRESS);
    await federation.settle([federation.change(serviceType(), 'a', { cause: 'sweep' })]);
    await federation.settle([federation.change(serviceType(), 'a', { cause: 'sweep' })]);

    const { create: creates, patch: patches } = federation.host.calls;
    // The PropagatedVersion alone: a Service has no generation.
    expect([creates - create, patches - patch]).toEqual([0, 1]);
  });

  it('drops a cluster that is not ready', async () => {
    const federation = await served();
    await tell(federation, 'west', ADDRESS);
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('west', { ready: false }));
    await federation.clock.advance(10_000);
    await federation.settle([federation.change(serviceType(), 'a')]);

    const clusters = listAt(gathered(federation), 'clusterStatus');
    expect(clusters.map((each) => Object(each).clusterName)).toEqual(['east', 'north']);
  });

  it('that belonged to an earlier object of the name gets the new owner', async () => {
    const federation = await served();
    const ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'a', uid: 'earlier' }];
    await federation.host.patch(serviceType().statusType, A, { metadata: { ownerReferences } });
    await tell(federation, 'west', ADDRESS);

    const { uid } = Object(federation.federatedObject(serviceType(), 'a')?.['metadata']);
    expect(gathered(federation)).toMatchObject({ metadata: { ownerReferences: [{ uid }] } });
  });

  it('that may not be created holds up nothing', async () => {
    const federation = await served();
    await federation.host.delete(serviceType().statusType, A);
    federation.host.fail = ({ verb }) =>
      verb === 'create' ? { kind: 'Forbidden', message: 'no' } : undefined;
    const verdicts = await tell(federation, 'west', ADDRESS);

    expect(verdicts).toEqual([{ done: true }]);
    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'gathered status not created' }),
    );
  });

  it('is not written for a type that does not ask for it', async () => {
    const federation = await served();
    await federation.host.delete(serviceType().statusType, A);
    const key = { namespace: KUBEFED_NAMESPACE, name: 'services' };
    await federation.host.patch(FEDERATED_TYPE_CONFIGS, key, {
      spec: { statusCollection: 'Disabled' },
    });
    await federation.clock.advance(10_000);
    await tell(federation, 'west', ADDRESS);
    await federation.settle([federation.change(serviceType(), 'a')]);

    expect(gathered(federation)).toBeUndefined();
  });
});
