/** What people and controllers do to a federation, at any moment and in any order. */
import {
  create,
  deleteNamespace,
  edit,
  federateNamespace,
  label,
  orphan,
  remove,
} from './host-acts.ts';
import { createForeign, drift, holdTarget, labelCluster } from './member-acts.ts';
import { compact, cutOff, outage, restart } from './outages.ts';
import { pause, prefer, setAside } from './preference-acts.ts';
import type { Channels } from './queues.ts';
import { loseMember, remakeType, switchType } from './rare-acts.ts';
import { sweep } from './schedules.ts';
import { roll } from './status-acts.ts';
import type { World } from './world.ts';

interface Act {
  readonly name: string;
  readonly weight: number;
  readonly run: (world: World, channels: Channels) => Promise<unknown>;
}

const ACTS: readonly Act[] = [
  { name: 'create', weight: 8, run: create },
  { name: 'edit', weight: 6, run: edit },
  { name: 'label', weight: 1, run: label },
  { name: 'delete', weight: 4, run: remove },
  { name: 'orphan', weight: 1, run: orphan },
  { name: 'federate namespace', weight: 2, run: federateNamespace },
  { name: 'delete namespace', weight: 1, run: deleteNamespace },
  { name: 'drift', weight: 4, run: drift },
  { name: 'roll', weight: 4, run: roll },
  { name: 'hold a target', weight: 1, run: holdTarget },
  { name: 'foreign', weight: 1, run: createForeign },
  { name: 'label cluster', weight: 2, run: labelCluster },
  { name: 'switch type', weight: 1, run: switchType },
  { name: 'make a type anew', weight: 1, run: remakeType },
  { name: 'outage', weight: 1, run: outage },
  { name: 'lose a member', weight: 1, run: loseMember },
  { name: 'cut off', weight: 1, run: cutOff },
  { name: 'restart', weight: 2, run: restart },
  { name: 'compact', weight: 1, run: compact },
  { name: 'prefer', weight: 3, run: prefer },
  { name: 'set aside', weight: 1, run: setAside },
  { name: 'pause', weight: 2, run: pause },
  { name: 'sweep', weight: 1, run: sweep },
];
/** Without these nothing happens. */
const ALWAYS = new Set(['create', 'edit', 'delete']);

/**
 * Every storm has a character of its own: some acts are left out, and they come in bursts or one by one. What needs
 * many of one kind is met that way as well as what needs a mixture.
 *
 * @returns when the last act has begun, those that may still be under way
 */
export async function storm(
  world: World,
  channels: Channels,
  acts: number,
): Promise<readonly Promise<unknown>[]> {
  const { random, clock, trace } = world;
  const chosen = ACTS.filter(({ name }) => ALWAYS.has(name) || random.chance(0.5));
  const weighted = chosen.flatMap((act) => Array.from({ length: act.weight }, () => act));
  const bursts = random.pick([0.2, 0.5, 0.9]);
  const lasting: Promise<unknown>[] = [];
  for (let count = 0; count < acts; count++) {
    await clock.sleep(random.chance(bursts) ? random.between(1, 120) : random.between(200, 6_000));
    const act = random.pick(weighted);
    trace(`act: ${act.name}`);
    lasting.push(act.run(world, channels));
  }
  return lasting;
}
