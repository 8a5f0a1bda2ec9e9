/** What controllers in members make of the status of targets. */
import { stringAt } from '../../lib/model/json.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { DEPLOYMENT } from '../stages/objects.ts';
import type { World } from './world.ts';

/** A Deployment rolls: its status moves several times, some of them at short intervals. */
export async function roll(world: World): Promise<void> {
  const { random, clock, members } = world;
  const targets = [...members.values()].flatMap((member) =>
    member
      .peekAll(DEPLOYMENT.target)
      .filter((target) => stringAt(target, 'metadata', 'labels', MANAGED_LABEL) === 'true')
      .map((target) => ({ member, key: keyOfObject(target) })),
  );
  if (targets.length === 0) return;
  const { member, key } = random.pick(targets);
  world.trace('roll', key);
  for (let steps = random.between(1, 6); steps > 0; steps--) {
    const status = { readyReplicas: random.between(0, 3) };
    await world.asOther(() => member.patch(DEPLOYMENT.target, key, { status }, 'status'));
    await clock.sleep(random.between(1, 2_500));
  }
}
