import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, listAt, stringAt } from '../../../lib/model/json.ts';
import { clusters, known, last, record } from '../../core/dns-records/arbitraries.ts';
import { plan } from '../../core/dns-records/facts.ts';
import { ZONE, zoneHost } from '../zones.ts';

const ZONES = [ZONE, { id: 'Z2TEST', name: 'test' }];
const step = fc.record({
  // A CNAME to a name with such a label is refused, and stays out: that is another test.
  of: record.filter(({ externalName = '' }) => externalName.length < 64),
  members: clusters,
  status: last,
  name: fc.constantFrom('service-web', 'service-older', 'ingress-web'),
  isDeleted: fc.boolean(),
});

describe('bringZoneInLine', () => {
  it('takes a zone from any records to any others without a refusal, and leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        const host = zoneHost({ zones: ZONES });
        const names = new Set(steps.map(({ name }) => name));
        const passAll = async () => {
          for (const { id } of ZONES) expect(await host.pass({ zone: id })).toEqual({ done: true });
        };
        for (const { of, members, status, name, isDeleted } of steps) {
          const { endpoints } = plan(of, members, { status, known });
          if (isDeleted) await host.delete(name);
          else
            host.put(
              name,
              endpoints.map((each): JsonObject => ({ ...each })),
            );
          await passAll();
          for (const each of names) {
            const reasons = ZONES.flatMap(({ id }) => listAt(host.problems(each, id)));
            for (const problem of reasons) {
              expect(['NoZone', 'NameTaken']).toContain(stringAt(problem, 'reason'));
            }
          }
        }
        const written = ZONES.map(({ id }) => host.shown(id));
        for (const { id } of ZONES) await host.pass({ zone: id, audit: true });
        expect(ZONES.map(({ id }) => host.shown(id))).toEqual(written);
        for (const name of names) await host.delete(name);
        await passAll();
        expect(ZONES.map(({ id }) => host.shown(id))).toEqual([[], []]);
      }),
      { numRuns: 150 },
    );
  });
});
