import { describe, expect, it } from 'vitest';
import { endpoint, ZONE, zoneHost } from '../zones.ts';

const DONE = { done: true };
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => endpoint(`s${from + i}`, ['192.0.2.1']));

describe('what Route 53 refuses', () => {
  it('is put aside, named on its object, and all others are written: one of 500', async () => {
    const host = zoneHost();
    for (const [index, each] of many(499).entries()) host.put(`service-${index}`, [each]);
    host.put('service-bad', [endpoint('bad', ['192.0.2.999'])]);
    expect(await host.pass()).toEqual(DONE);
    expect(host.shown().filter((each) => each.includes(' A '))).toHaveLength(499);
    expect(host.problems('service-bad')).toMatchObject([
      { dnsName: 'bad.example.com', reason: 'Refused' },
    ]);
    expect(host.problems('service-7')).toBeUndefined();
    // Two batches, and one of the two again without the culprit.
    expect(host.zones.calls).toHaveLength(3);
  });

  it('is found by halves when the refusal names nothing', async () => {
    const host = zoneHost();
    for (const [index, each] of many(15).entries()) host.put(`service-${index}`, [each]);
    host.put('service-bad', [endpoint('bad', ['192.0.2.999'])]);
    const change = host.zones.change;
    host.zones.change = async (...args) => {
      const result = await change(...args);
      return result.ok ? result : { ok: false, error: { ...result.error, messages: ['Bad.'] } };
    };
    expect(await host.pass()).toEqual(DONE);
    expect(host.shown().filter((each) => each.includes(' A '))).toHaveLength(15);
    expect(host.problems('service-bad')).toMatchObject([{ message: 'Bad.' }]);
    expect(host.zones.calls.length).toBeLessThanOrEqual(9);
  });

  it('is not tried again until it asks for something else', async () => {
    const host = zoneHost();
    host.put('service-bad', [endpoint('bad', ['192.0.2.999'])]);
    await host.pass();
    host.restart();
    await host.pass();
    expect(host.zones.calls).toHaveLength(1);
    host.put('service-bad', [endpoint('bad', ['192.0.2.9'])]);
    await host.pass();
    expect(host.problems('service-bad')).toBeUndefined();
    expect(host.shown()).toContain('bad.example.com A - 192.0.2.9');
  });

  it('tells the record of a problem, and of its end', async () => {
    const host = zoneHost();
    const owner = {
      apiVersion: 'multiclusterdns.kubefed.io/v1alpha1',
      kind: 'ServiceDNSRecord',
      name: 'bad',
      uid: 'u',
    };
    host.put('service-bad', [endpoint('bad', ['192.0.2.999'])], { ownerReferences: [owner] });
    await host.pass();
    expect(host.records.take()).toMatchObject([
      { kind: 'service', namespace: 'shop', name: 'bad' },
    ]);
    await host.pass();
    expect(host.records.take()).toEqual([]);
    host.put('service-bad', [endpoint('bad', ['192.0.2.9'])]);
    await host.pass();
    expect(host.records.take()).toHaveLength(1);
  });

  it('keeps what was there before, when a change of it is refused', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    host.put('service-web', [endpoint('web', ['192.0.2.999'])]);
    await host.pass();
    expect(host.shown()).toContain('web.example.com A - 192.0.2.1');
    await host.delete('service-web');
    await host.pass();
    expect(host.shown()).toEqual([]);
  });
});

describe('errors of Route 53', () => {
  it.each([
    ['Busy', { retryAfterSeconds: 0 }],
    ['Throttled', { retryAfterSeconds: 5 }],
    ['Failed', { retryAfterSeconds: 0 }],
  ] as const)('%s: waits, and says nothing on objects', async (kind, verdict) => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    host.zones.failNext({ kind });
    expect(await host.pass()).toEqual(verdict);
    expect(host.problems('service-web')).toBeUndefined();
    expect(await host.pass()).toEqual(DONE);
    expect(host.shown()).toHaveLength(2);
  });

  it('waits longer each time when it is throttled, and makes one call a time', async () => {
    const host = zoneHost();
    for (const [index, each] of many(800).entries()) host.put(`service-${index}`, [each]);
    host.zones.failNext({ kind: 'Throttled' }, { kind: 'Throttled' });
    expect(await host.pass({}, 2)).toEqual({ retryAfterSeconds: 10 });
    expect(await host.pass({}, 6)).toEqual({ retryAfterSeconds: 120 });
    expect(host.zones.calls).toHaveLength(2);
  });

  it('keeps what was written before it was stopped', async () => {
    const host = zoneHost();
    for (const [index, each] of many(800).entries()) host.put(`service-${index}`, [each]);
    const change = host.zones.change;
    let calls = 0;
    host.zones.change = async (...args) => {
      calls += 1;
      if (calls === 2)
        return { ok: false, error: { kind: 'Throttled', messages: ['Rate exceeded'] } };
      return change(...args);
    };
    await host.pass();
    const first = host.shown().length;
    expect(first).toBeGreaterThan(0);
    host.restart();
    expect(await host.pass()).toEqual(DONE);
    expect(host.shown()).toHaveLength(1600);
    expect(host.zones.calls.some((call) => call.startsWith('list'))).toBe(false);
  });

  it('says on the objects that the zone is gone, and forgets what was in it', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    host.zones.deleteZone(ZONE.id);
    host.put('service-web', [endpoint('web', ['192.0.2.2'])]);
    host.zones.describe = async () => ({ ok: true, value: ZONE });
    expect(await host.pass()).toEqual(DONE);
    expect(host.problems('service-web')).toMatchObject([
      { dnsName: '*', reason: 'ZoneProblem', message: expect.stringContaining('dns.zones') },
    ]);
    await host.delete('service-web');
    host.restart();
    expect(await host.pass()).toEqual(DONE);
    expect(host.zones.calls).toHaveLength(2);
  });

  it('says so as well where the zone cannot even be described', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    host.zones.deleteZone(ZONE.id);
    expect(await host.pass()).toEqual(DONE);
    expect(host.problems('service-web')).toMatchObject([{ reason: 'ZoneProblem' }]);
  });

  it.each(['Throttled', 'Denied'] as const)(
    'writes to no zone while the name of another is unknown: %s',
    async (kind) => {
      const inner = { id: 'Z2', name: 'eu.example.com' };
      const host = zoneHost({ zones: [ZONE, inner] });
      host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
      await host.pass();
      host.put('service-eu', [endpoint('web.eu', ['192.0.2.1'])]);
      const describe = host.zones.describe;
      host.zones.describe = async (id) =>
        id === ZONE.id ? describe(id) : { ok: false, error: { kind, messages: ['no'] } };
      await host.pass();
      expect(host.shown()).toHaveLength(2);
      host.zones.describe = describe;
      await host.pass();
      await host.pass({ zone: inner.id });
      expect([host.shown().length, host.shown(inner.id).length]).toEqual([2, 2]);
      expect(host.problems('service-web')).toBeUndefined();
    },
  );

  it('names the rights that are missing', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    host.zones.failNext({ kind: 'Denied', messages: ['not authorized'] });
    expect(await host.pass()).toEqual(DONE);
    expect(host.problems('service-web')).toMatchObject([
      { message: expect.stringContaining('route53:ChangeResourceRecordSets') },
    ]);
    await host.pass();
    expect(host.problems('service-web')).toBeUndefined();
  });

  it('does not go looking for a culprit when the zone is full', async () => {
    const host = zoneHost({ mostSets: 10 });
    for (const [index, each] of many(6).entries()) host.put(`service-${index}`, [each]);
    expect(await host.pass()).toEqual(DONE);
    expect(host.zones.calls).toHaveLength(1);
    expect(host.problems('service-3')).toMatchObject([
      { reason: 'ZoneProblem', message: expect.stringContaining('quota') },
    ]);
  });
});
