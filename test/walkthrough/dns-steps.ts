import { isDeepStrictEqual } from 'node:util';
import { DOMAINS, RECORDS } from '../../lib/model/dns-record.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { ENDPOINT_SLICES, INGRESSES, SERVICES } from '../../lib/model/resources.ts';
import type { EmulatedCluster } from '../environment/emulated-aws.ts';
import { DOMAIN } from './dns-account.ts';
import { create, must, read } from './objects.ts';
import type { Scene, Step } from './steps.ts';
import { until } from './until.ts';

const TEST = 'test';
const WEB = { namespace: TEST, name: 'web' };
const PROD = { namespace: 'kube-federation-system', name: 'prod' };
const SERVICE_NAME = `web.test.prod.svc.${DOMAIN}`;
const INGRESS_NAME = `shop.${DOMAIN}`;
/** Health takes some 30 s to find a cluster lost. */
const PATIENCE_SECONDS = 90;

export const DNS_STEPS: readonly Step[] = [
  { name: 'dns: a Service in two Regions', run: federateService },
  { name: 'dns: where its names lead', run: askDns },
  { name: 'dns: cluster1 loses its load balancer, and gets it back', run: loseAddress },
  { name: 'dns: an Ingress in two Regions', run: federateIngress },
];

/** After the failover, which looks at the names of the Service. */
export const DNS_LAST_STEPS: readonly Step[] = [
  { name: 'dns: delete Domain and IngressDNSRecord', run: deleteRecords },
];

async function federateService(scene: Scene): Promise<string> {
  const { host, one, two } = scene;
  must(await host.api.create(DOMAINS, dns('Domain', PROD, { domain: DOMAIN })));
  const spec = { domainRef: 'prod' };
  must(await host.api.create(RECORDS.service, dns('ServiceDNSRecord', WEB, { spec })));
  const template = { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } };
  await create(host.api, federated('FederatedService', template));
  for (const cluster of [one, two]) {
    await appears(cluster, SERVICES);
    must(await cluster.api.create(ENDPOINT_SLICES, ENDPOINT_SLICE));
    const hostname = await scene.dns.makeLoadBalancer(cluster, `web-${cluster.name}`);
    await giveAddress(cluster, SERVICES, [{ hostname }]);
  }
  await leadsTo(scene, SERVICE_NAME, ['eu-west-1', 'us-east-1']);
  return `${SERVICE_NAME}: a latency alias in us-east-1 and in eu-west-1`;
}

/** The zone is right before the status says so. */
async function askDns({ kubefedEks }: Scene): Promise<string> {
  const seen = await until('dns: all names are in the zone', PATIENCE_SECONDS, async () => {
    const text = await kubefedEks('dns', 'web', '-n', TEST).catch((error) => String(error));
    return { done: text.startsWith('ServiceDNSRecord') && !text.includes('Pending'), seen: text };
  });
  const names = seen.split('\n').filter((line) => line.includes('InZone'));
  return `${names.length} record sets in the zone`;
}

async function loseAddress(scene: Scene): Promise<string> {
  const { one } = scene;
  const service = await read(one.api, SERVICES, TEST, 'web');
  const { loadBalancer } = Object(service?.['status']);
  await giveAddress(one, SERVICES, []);
  await leadsTo(scene, SERVICE_NAME, ['eu-west-1']);
  await giveAddress(one, SERVICES, loadBalancer.ingress);
  await leadsTo(scene, SERVICE_NAME, ['eu-west-1', 'us-east-1']);
  return 'its record went and came back';
}

async function federateIngress(scene: Scene): Promise<string> {
  const { host, one, two } = scene;
  const spec = { hosts: [INGRESS_NAME] };
  must(await host.api.create(RECORDS.ingress, dns('IngressDNSRecord', WEB, { spec })));
  const service = { name: 'web', port: { number: 80 } };
  await create(host.api, federated('FederatedIngress', { spec: { defaultBackend: { service } } }));
  await Promise.all([one, two].map((cluster) => appears(cluster, INGRESSES)));
  const hostname = await scene.dns.makeLoadBalancer(one, 'shop-cluster1');
  await giveAddress(one, INGRESSES, [{ hostname }]);
  await giveAddress(two, INGRESSES, [{ ip: '192.0.2.10' }]);
  await leadsTo(scene, INGRESS_NAME, ['eu-west-1', 'us-east-1']);
  await giveAddress(two, INGRESSES, []);
  await leadsTo(scene, INGRESS_NAME, ['us-east-1']);
  await giveAddress(two, INGRESSES, [{ ip: '192.0.2.10' }]);
  await leadsTo(scene, INGRESS_NAME, ['eu-west-1', 'us-east-1']);
  return `${INGRESS_NAME}: an alias in us-east-1, an address in eu-west-1, which went and came back`;
}

async function deleteRecords({ host, dns: account }: Scene): Promise<string> {
  must(await host.api.delete(RECORDS.ingress, WEB));
  must(await host.api.delete(DOMAINS, PROD));
  await until('the zone is clean', PATIENCE_SECONDS, async () => {
    const seen = (await account.recordSets()).map(({ name, type }) => `${name} ${type}`).sort();
    return { done: isDeepStrictEqual(seen, [`${DOMAIN} NS`, `${DOMAIN} SOA`]), seen };
  });
  return 'the zone holds NS and SOA, as at the start';
}

/** @param regions sorted: those that the Service's name is to lead to */
export function serviceLeadsTo(scene: Scene, ...regions: string[]): Promise<void> {
  return leadsTo(scene, SERVICE_NAME, regions);
}

/** @param regions sorted: those that have a latency record under the name */
async function leadsTo(scene: Scene, name: string, regions: readonly string[]): Promise<void> {
  await until(`${name} leads to ${regions.join(', ')}`, PATIENCE_SECONDS, async () => {
    const sets = (await scene.dns.recordSets()).filter((set) => set.name === name);
    const seen = sets
      .filter(({ type }) => type === 'A')
      .flatMap(({ routing }) => (routing?.kind === 'latency' ? routing.region : []))
      .sort();
    return { done: isDeepStrictEqual(seen, regions), seen };
  });
}

async function appears(cluster: EmulatedCluster, resource: Resource): Promise<void> {
  await until(`${resource.kind} web in ${cluster.name}`, PATIENCE_SECONDS, async () => {
    const found = await read(cluster.api, resource, TEST, 'web');
    return { done: found !== undefined, seen: found };
  });
}

/** As the cloud controller does; none runs here. */
async function giveAddress(cluster: EmulatedCluster, resource: Resource, ingress: JsonObject[]) {
  const status = { loadBalancer: { ingress } };
  must(await cluster.api.patch(resource, WEB, { status }, 'status'));
}

function federated(kind: string, template: JsonObject): JsonObject {
  const placement = { clusters: [{ name: 'cluster1' }, { name: 'cluster2' }] };
  const apiVersion = 'types.kubefed.io/v1beta1';
  return { apiVersion, kind, metadata: WEB, spec: { template, placement } };
}

function dns(kind: string, metadata: JsonObject, fields: JsonObject): JsonObject {
  return { apiVersion: 'multiclusterdns.kubefed.io/v1alpha1', kind, metadata, ...fields };
}

/** The EndpointSlice controller, which gives it the labels of the Service, does not run here. */
const ENDPOINT_SLICE: JsonObject = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    namespace: TEST,
    name: 'web-x1',
    labels: { 'kubernetes.io/service-name': 'web', 'kubefed.io/managed': 'true' },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
  ports: [{ port: 80 }],
};
