/** What happens to a federation once in a long while, and takes long to get over. */
import { valueAt } from '../../lib/model/json.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import {
  CONFIG_MAP_TYPE_CONFIG,
  DEPLOYMENT_TYPE_CONFIG,
  KUBEFED_NAMESPACE,
} from '../stages/objects.ts';
import { TYPES } from './host-acts.ts';
import { insist } from './insist.ts';
import type { World } from './world.ts';

/** It comes back when everything else is in order. */
export async function loseMember({ random, members, lost, trace }: World): Promise<void> {
  const name = random.pick([...members.keys()]);
  const member = members.get(name);
  if (member === undefined || lost.size > 0) return;
  trace(`lost: ${name}`);
  lost.add(name);
  member.down = true;
}

/** While it is away its objects are nobody's. */
export async function remakeType(world: World): Promise<void> {
  const { host, random, clock, asOther, trace } = world;
  const config = random.pick([CONFIG_MAP_TYPE_CONFIG, DEPLOYMENT_TYPE_CONFIG]);
  const key = keyOfObject(config);
  trace(`make type ${key.name} anew`);
  await asOther(() => host.delete(FEDERATED_TYPE_CONFIGS, key));
  await clock.sleep(random.between(1, 25) * 1000);
  // Until it is there again, as it was or made anew.
  for (;;) {
    await asOther(() => host.create(FEDERATED_TYPE_CONFIGS, config));
    const found = host.peek(FEDERATED_TYPE_CONFIGS, key);
    if (found && valueAt(found, 'metadata', 'deletionTimestamp') === undefined) return;
    await clock.sleep(2_000);
  }
}

export async function switchType(world: World): Promise<void> {
  const { host, random, clock, asOther } = world;
  const key = { namespace: KUBEFED_NAMESPACE, name: random.pick(TYPES).name };
  const turn = (propagation: string) =>
    asOther(() => host.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation } }));
  await turn('Disabled');
  await clock.sleep(random.between(1, 25) * 1000);
  await insist(world, () => turn('Enabled'));
}
