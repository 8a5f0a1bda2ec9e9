/** Hand-overs of the watch, clean and by crash, with events at the worst moments: none may go untold. */
import { virtualClock } from '../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import type { MemoryCall } from '../../lib/adapters/memory/gate.ts';
import { memoryMembers } from '../../lib/adapters/memory/members.ts';
import { valueAt } from '../../lib/model/json.ts';
import type { ChangeMessage } from '../../lib/model/messages.ts';
import { MANAGED_LABEL, WATCH_LEASE } from '../../lib/model/names.ts';
import { KUBEFED_CLUSTERS, LEASES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { watch } from '../../lib/stages/watch.ts';
import {
  CONFIG_MAP,
  CONFIG_MAP_TYPE_CONFIG,
  federated,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE_TYPE_CONFIG,
} from '../stages/objects.ts';
import { type Life, mortalClock, mortalCluster, mortalQueue, newLife } from './life.ts';
import { type Random, seededRandom } from './random.ts';
import { SILENT_LOG, SILENT_METRICS } from './silent.ts';

export interface Handovers {
  /** how often the Lease changed hands */
  readonly count: number;
  readonly events: number;
  /** events that no message followed within a minute */
  readonly lost: readonly string[];
}

/** Something that happened, and which messages tell of it. */
interface Happening {
  readonly what: string;
  readonly atMs: number;
  readonly tells: (message: ChangeMessage) => boolean;
}

const NAMESPACE_NAME = 'shop';
const TOLD_WITHIN_MS = 300_000;
const INVOKE_EVERY_MS = 4_000;

/** Runs until the Lease has changed hands so often. */
export async function runHandovers(seed: number, count: number): Promise<Handovers> {
  const random = seededRandom(seed);
  const setting = newSetting(random);
  const { clock, host } = setting;
  const untold = new Set<Happening>();
  const lost: string[] = [];
  let events = 0;
  const transitions = () =>
    Number(
      valueAt(
        host.peek(LEASES, { namespace: KUBEFED_NAMESPACE, name: WATCH_LEASE }),
        'spec',
        'leaseTransitions',
      ) ?? 0,
    );

  /** A message counts from when it is taken: whoever reads it reads what is there by then. */
  setting.onTaken = (message) => {
    for (const happening of untold) if (happening.tells(message)) untold.delete(happening);
  };
  while (transitions() < count) {
    setting.invoke();
    for (let left = random.between(0, 3); left > 0; left--) {
      untold.add(await setting.happen());
      events += 1;
      if (random.chance(0.4)) setting.killSomebody();
    }
    await clock.advance(INVOKE_EVERY_MS);
    for (const happening of untold) {
      if (clock.nowMs() - happening.atMs < TOLD_WITHIN_MS) continue;
      untold.delete(happening);
      lost.push(happening.what);
    }
  }
  setting.invoke();
  await clock.advance(TOLD_WITHIN_MS / 2);
  setting.invoke();
  await clock.advance(TOLD_WITHIN_MS / 2);
  return { count: transitions(), events, lost: [...lost, ...[...untold].map(({ what }) => what)] };
}

function newSetting(random: Random) {
  const clock = virtualClock();
  let direct = false;
  let afterCheckpoint: (() => void) | undefined;
  const fail = async ({ verb, key }: MemoryCall) => {
    if (direct) return undefined;
    if (verb === 'replace' && key.name === WATCH_LEASE) afterCheckpoint?.();
    await clock.sleep(random.chance(0.05) ? random.between(50, 900) : random.between(1, 15));
    return random.chance(0.01)
      ? ({ kind: 'Unreachable', message: 'simulated' } as const)
      : undefined;
  };
  const host = memoryCluster({ name: 'host', clock, fail });
  const east = memoryCluster({ name: 'east', clock, fail });
  host.seed(FEDERATED_TYPE_CONFIGS, CONFIG_MAP_TYPE_CONFIG);
  host.seed(FEDERATED_TYPE_CONFIGS, NAMESPACE_TYPE_CONFIG);
  host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready: true }));

  const alive = new Set<Life>();
  let made = 0;

  /** Runs a call of somebody who is not part of this program. */
  async function asOther(call: () => Promise<unknown>): Promise<void> {
    direct = true;
    const done = call();
    await clock.advance(0);
    direct = false;
    await done;
  }

  const setting = {
    clock,
    host,
    onTaken: (_: ChangeMessage): void => undefined,
    invoke(): void {
      const life = newLife();
      alive.add(life);
      const members = new Map([['east', mortalCluster(life, east)]]);
      const changes = {
        async send(messages: readonly ChangeMessage[]) {
          await clock.sleep(random.chance(0.2) ? random.between(50, 7_000) : random.between(1, 20));
          if (random.chance(0.05)) throw new Error('simulated: refused');
          for (const message of messages) setting.onTaken(message);
        },
      };
      const ports = {
        ...{ log: SILENT_LOG, metrics: SILENT_METRICS, kubefedNamespace: KUBEFED_NAMESPACE },
        clock: mortalClock(life, clock),
        host: mortalCluster(life, host),
        members: memoryMembers(members),
        changes: mortalQueue(life, changes),
        statuses: { send: async () => undefined },
        probes: { send: async () => undefined },
      };
      const holdMs = random.between(8, 120) * 1000;
      void watch(ports, { holder: `watch-${++made}`, holdMs })
        .catch(() => undefined)
        .finally(() => alive.delete(life));
    },
    /** Between event and send, between send and checkpoint, while a drift is judged, or in the middle of a hand-over. */
    killSomebody(): void {
      const victims = random.chance(0.3) ? [...alive] : [random.pick([...alive, newLife()])];
      const kill = () => {
        for (const life of victims) {
          life.end();
          alive.delete(life);
        }
      };
      const moment = random.pick([0, 5, 20, 300, 1_000, 2_100, 'after a checkpoint'] as const);
      if (moment !== 'after a checkpoint') {
        void clock.sleep(moment).then(kill);
        return;
      }
      afterCheckpoint = () => {
        afterCheckpoint = undefined;
        void clock.sleep(random.between(1, 30)).then(kill);
      };
    },
    async happen(): Promise<Happening> {
      await clock.advance(random.between(1, 1_500));
      const name = `object-${++made}`;
      const kind = random.chance(0.03)
        ? 'label cluster'
        : random.pick(['create', 'edit', 'drift', 'vanish'] as const);
      const key = { namespace: NAMESPACE_NAME, name };
      const labels = { [MANAGED_LABEL]: 'true' };
      if (kind === 'edit') {
        await asOther(() => host.create(CONFIG_MAP.federated, federated(CONFIG_MAP, key)));
        await clock.advance(random.between(1, 300));
      }
      if (kind === 'vanish') {
        await asOther(() => east.create(CONFIG_MAP.target, { metadata: { ...key, labels } }));
        await clock.advance(random.between(1, 300));
      }
      const atMs = clock.nowMs();
      await asOther(() => {
        if (kind === 'create') return host.create(CONFIG_MAP.federated, federated(CONFIG_MAP, key));
        if (kind === 'edit') {
          return host.patch(CONFIG_MAP.federated, key, {
            spec: { template: { data: { x: name } } },
          });
        }
        if (kind === 'drift')
          return east.create(CONFIG_MAP.target, { metadata: { ...key, labels } });
        if (kind === 'vanish') return east.delete(CONFIG_MAP.target, key);
        const east1 = { namespace: KUBEFED_NAMESPACE, name: 'east' };
        return host.patch(KUBEFED_CLUSTERS, east1, { metadata: { labels: { tier: name } } });
      });
      const tells = (message: ChangeMessage) => {
        if (message.kind === 'object') return message.name === name;
        // A sweep would do for all, but it comes often enough to hide what is lost.
        const sweeps = { 'label cluster': '*', vanish: CONFIG_MAP.name }[String(kind)];
        return message.type === sweeps;
      };
      return { what: `${kind} ${name}`, atMs, tells };
    },
  };
  return setting;
}
