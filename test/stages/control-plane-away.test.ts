import { describe, expect, it } from 'vitest';
import { isJsonObject, listAt } from '../../lib/model/json.ts';
import { answerOf } from '../route53/answer-of.ts';
import { LB, recordFederation } from './records.ts';
import { ZONE, zoneHost } from './zones.ts';

const NAME = 'web.shop.prod.svc.example.com';

/** The zone as the functions left it, before they were all stopped. */
async function zoneLeftBehind() {
  const federation = recordFederation();
  await federation.pass();
  const { zones, put, pass } = zoneHost();
  put('web', listAt(federation.endpoint(), 'spec', 'endpoints').filter(isJsonObject));
  await pass();
  return zones.sets(ZONE.id);
}

describe('with all functions stopped', () => {
  it.each([
    { down: [], fromEurope: LB.west, fromAmerica: LB.east },
    { down: [LB.east], fromEurope: LB.west, fromAmerica: LB.west },
    { down: [LB.west], fromEurope: LB.east, fromAmerica: LB.east },
    { down: [LB.west, LB.east], fromEurope: LB.west, fromAmerica: LB.east },
  ])('Route 53 itself leads past $down', async ({ down, fromEurope, fromAmerica }) => {
    const sets = await zoneLeftBehind();
    const ask = (region: string) =>
      answerOf(sets, { name: NAME, region }, (hostname) => !down.includes(hostname));

    expect(ask('eu-west-1')).toBe(fromEurope);
    expect(ask('us-east-1')).toBe(fromAmerica);
  });

  it('has every alias carry the health of its load balancer', async () => {
    const aliases = (await zoneLeftBehind()).filter(({ alias }) => alias !== undefined);

    expect(aliases).toHaveLength(4);
    expect(aliases.every(({ alias }) => alias?.evaluateTargetHealth)).toBe(true);
  });
});
