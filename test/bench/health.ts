/** `node test/bench/health.ts`: how long until a lost member is known, and until it is known to be back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isReady } from '../../lib/core/readiness.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { type FastCluster, startFastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { NAMESPACE, prepare, secondsSince } from './measure.ts';

const { values: flags } = parseArgs({ options: { members: { type: 'string', default: '2' } } });
const POLL_MS = 100;
const GIVE_UP_SECONDS = 120;

const federation = await startFastFederation({
  members: Number(flags.members),
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
const { host, members, runtime } = federation;
try {
  await prepare(federation);
  const lost = members[0];
  if (lost === undefined) throw new Error('a member is needed');
  const killed = await measure(lost, 'killed', {
    lose: () => lost.plane.stopServer(),
    bringBack: () => lost.plane.startServer(),
  });
  const hanging = await measure(lost, 'hanging', {
    lose: async () => lost.plane.pause(),
    bringBack: async () => lost.plane.resume(),
  });
  const probes = await countInvocations();
  process.stdout.write(
    `${JSON.stringify({ members: members.length, killed, hanging, probes }, null, 2)}\n`,
  );
} finally {
  await federation.stop();
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

/** What two quiet minutes of health cost. */
async function countInvocations() {
  const name = runtime.functions.find((each) => each.startsWith('health')) ?? '';
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
