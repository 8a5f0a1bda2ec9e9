/** `node test/bench/deletion.ts`: how long a host namespace takes to go, with all its contents, here and in members. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { apiVersionOf } from '../../lib/model/resource.ts';
import { NAMESPACES } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import { startFastFederation } from '../environment/fast-federation.ts';
import { federatedType, must } from '../walkthrough/objects.ts';

const { values: flags } = parseArgs({
  options: {
    members: { type: 'string', default: '10' },
    objects: { type: 'string', default: '2000' },
    'deadline-seconds': { type: 'string', default: '60' },
  },
});
const objects = Number(flags.objects);
const deadlineSeconds = Number(flags['deadline-seconds']);
const AT_ONCE = 50;
const POLL_MS = 200;
const GIVE_UP_SECONDS = 300;

const LABELS = { app: 'bench' };
const POD = { containers: [{ name: 'main', image: 'example.com/none' }] };
const POD_TEMPLATE = { metadata: { labels: LABELS }, spec: POD };
const REPLICATED = { replicas: 0, selector: { matchLabels: LABELS }, template: POD_TEMPLATE };

/** A template of each default type that lies in a namespace; with the FederatedNamespace they are nine. */
const TEMPLATES: Readonly<Record<string, JsonObject>> = {
  FederatedConfigMap: { data: { value: 'v' } },
  FederatedDeployment: { spec: REPLICATED },
  FederatedIngress: {
    spec: { defaultBackend: { service: { name: 'none', port: { number: 80 } } } },
  },
  FederatedJob: { spec: { suspend: true, template: { spec: { ...POD, restartPolicy: 'Never' } } } },
  FederatedReplicaSet: { spec: REPLICATED },
  FederatedSecret: { stringData: { value: 'v' } },
  FederatedService: { spec: { selector: LABELS, ports: [{ port: 80 }] } },
  FederatedServiceAccount: {},
};

const progress = (line: string) => process.stderr.write(`${line}\n`);
const federation = await startFastFederation({
  members: Number(flags.members),
  onProgress: progress,
  scheduleSpeedup: 12,
});
const { host, members } = federation;
try {
  const syncController = { deletionDeadline: `${deadlineSeconds}s` };
  const key = { namespace: 'kube-federation-system', name: 'kubefed' };
  must(await host.api.patch(KUBEFED_CONFIGS, key, { spec: { syncController } }));
  await furnish('whole');
  const whole = await measure('whole', members);
  await furnish('bereft');
  const [dead, ...others] = members;
  await dead?.plane.stopServer();
  const bereft = await measure('bereft', others);
  process.stdout.write(
    `${JSON.stringify({ objects, members: members.length, deadlineSeconds, whole, bereft })}\n`,
  );
} finally {
  await federation.stop();
}
process.exit(0);

async function furnish(namespace: string): Promise<void> {
  progress(`${objects} objects into ${namespace}`);
  must(await host.api.create(NAMESPACES, { metadata: { name: namespace } }));
  await create('FederatedNamespace', namespace, namespace, {});
  const templates = Object.entries(TEMPLATES);
  let made = 0;
  const one = async (): Promise<void> => {
    for (let i = made++; i < objects; i = made++) {
      const [kind, template] = templates[i % templates.length] ?? ['', {}];
      await create(kind, namespace, `object-${i}`, template);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const startMs = performance.now();
  for (;;) {
    const lists = await Promise.all(
      templates.map(([kind]) => host.api.list(federatedType(kind), { namespace })),
    );
    const late = lists.flatMap((list) => must(list).items).filter((one) => !isPropagated(one));
    if (late.length === 0) break;
    if (performance.now() - startMs > GIVE_UP_SECONDS * 1000) {
      throw new Error(`${late.length} are not propagated, e.g. ${JSON.stringify(late[0])}`);
    }
    await sleep(1_000);
  }
  await federation.runtime.idle();
}

async function create(kind: string, namespace: string, name: string, template: JsonObject) {
  const resource = federatedType(kind);
  const spec = { template, placement: { clusterSelector: {} } };
  const object = { apiVersion: apiVersionOf(resource), kind, metadata: { namespace, name }, spec };
  must(await host.api.create(resource, object));
}

function isPropagated(object: JsonObject): boolean {
  const entries = listAt(object, 'status', 'clusters');
  return (
    entries.length === members.length &&
    entries.every((one) => stringAt(one, 'status') === undefined)
  );
}

/** @returns seconds from the request on the host until the last of these members, and the host, are without it */
async function measure(namespace: string, alive: readonly { readonly api: Cluster }[]) {
  progress(`deleting ${namespace}`);
  const startMs = performance.now();
  const secondsUntilGone = async ({ api }: { readonly api: Cluster }) => {
    while ((await api.get(NAMESPACES, { name: namespace })).ok) {
      if (performance.now() - startMs > GIVE_UP_SECONDS * 1000) return Number.NaN;
      await sleep(POLL_MS);
    }
    return Math.round((performance.now() - startMs) / 100) / 10;
  };
  must(await host.api.delete(NAMESPACES, { name: namespace }));
  const [hostSeconds, ...memberSeconds] = await Promise.all(
    [host, ...alive].map((cluster) => secondsUntilGone(cluster)),
  );
  return { hostSeconds, membersSeconds: Math.max(...memberSeconds) };
}
