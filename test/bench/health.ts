/**
 * `node test/bench/health.ts`: how long until a lost member is known, and until it is known to be back; how often health
 * runs in two quiet minutes, and how long a round takes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isReady } from '../../lib/core/readiness.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, SECRETS } from '../../lib/model/resources.ts';
import { type FastCluster, startFastFederation } from '../environment/fast-federation.ts';
import { startFirewall } from '../environment/firewall.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { NAMESPACE, prepare, secondsSince } from './measure.ts';

const { values: flags } = parseArgs({ options: { members: { type: 'string', default: '2' } } });
const POLL_MS = 100;
const ROUNDS = 40;
const GIVE_UP_SECONDS = 120;

const federation = await startFastFederation({
  members: Number(flags.members),
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
const { host, members, runtime } = federation;
const firewall = await startFirewall(host.plane.url);
try {
  await prepare(federation);
  const [first, second] = members;
  if (first === undefined || second === undefined) throw new Error('two members are needed');
  // The host is a member too, behind the firewall.
  const behind = { ...host, name: 'behind-firewall' };
  await registerBehindFirewall(behind.name);
  const [killed, stopped, refused] = await Promise.all([
    measure(first, 'killed', {
      lose: () => first.plane.stopServer(),
      bringBack: () => first.plane.startServer(),
    }),
    measure(second, 'stopped', {
      lose: async () => second.plane.pause(),
      bringBack: async () => second.plane.resume(),
    }),
    measure(behind, 'refused', { lose: firewall.refuse, bringBack: firewall.open }),
  ]);
  const rounds = await timeRounds();
  const probes = await countInvocations();
  const found = { members: members.length, killed, stopped, refused, rounds, probes };
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
} finally {
  await firewall.stop();
  await federation.stop();
}

async function registerBehindFirewall(name: string): Promise<void> {
  const namespace = 'kube-federation-system';
  const data = { token: Buffer.from(host.plane.adminToken).toString('base64') };
  const metadata = { namespace, name };
  must(await host.api.create(SECRETS, { apiVersion: 'v1', kind: 'Secret', metadata, data }));
  const spec = { apiEndpoint: firewall.url, caBundle: host.plane.caData, secretRef: { name } };
  const apiVersion = 'core.kubefed.io/v1beta1';
  const cluster = { apiVersion, kind: 'KubeFedCluster', metadata, spec };
  must(await host.api.create(KUBEFED_CLUSTERS, cluster));
  await until(async () => isReady(await readCluster({ ...host, name })));
}

interface Fate {
  readonly lose: () => Promise<void>;
  readonly bringBack: () => Promise<void>;
}

/** An object is made while the member is away: `caughtUp` is when it is there. All from the moment of the change. */
async function measure(member: FastCluster, name: string, { lose, bringBack }: Fate) {
  const lostMs = performance.now();
  await lose();
  await until(async () => !isReady(await readCluster(member)));
  const lossSeconds = secondsSince(lostMs);
  must(
    await host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: { name, namespace: NAMESPACE },
      spec: { template: { data: { name } }, placement: { clusterSelector: {} } },
    }),
  );
  await sleep(5_000);
  await bringBack();
  const backMs = performance.now();
  await until(async () => isReady(await readCluster(member)));
  const returnSeconds = secondsSince(backMs);
  await until(async () => (await member.api.get(CONFIG_MAPS, objectKey(NAMESPACE, name))).ok);
  return { lossSeconds, returnSeconds, caughtUpSeconds: secondsSince(backMs) };
}

/** Of a function that is warm, with everything between its caller and it. */
async function timeRounds() {
  const seconds: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const body = JSON.stringify({ v: 1, kind: 'round', afterSeconds: 0, dueAtMs: Date.now() });
    const record = { messageId: String(i), body, attributes: { ApproximateReceiveCount: '1' } };
    const startMs = performance.now();
    await runtime.invoke(healthFunction(), { Records: [record] });
    seconds.push(secondsSince(startMs));
  }
  seconds.sort((a, b) => a - b);
  return { fastest: seconds[0], median: seconds[ROUNDS / 2], slowest: seconds.at(-1) };
}

function healthFunction(): string {
  return runtime.functions.find((each) => each.startsWith('health')) ?? '';
}

/** What two quiet minutes of health cost. */
async function countInvocations() {
  const name = healthFunction();
  const before = runtime.counts()[name];
  await sleep(120_000);
  const after = runtime.counts()[name];
  return { before, after };
}

async function readCluster(member: FastCluster) {
  const key = { namespace: 'kube-federation-system', name: member.name };
  return must(await host.api.get(KUBEFED_CLUSTERS, key));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const startMs = performance.now();
  while (!(await isSo())) {
    if (secondsSince(startMs) > GIVE_UP_SECONDS) throw new Error('given up waiting');
    await sleep(POLL_MS);
  }
}
