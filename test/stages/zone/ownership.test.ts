import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../lib/model/record-set.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import { KUBEFED_NAMESPACE } from '../objects.ts';
import { endpoint, ZONE, zoneHost } from '../zones.ts';

const web = (values: string[], name = 'web.example.com'): RecordSet => ({
  ...{ name, type: 'A', ttlSeconds: 60, values },
});
const owner = (who: string, name = 'a-web.example.com'): RecordSet => ({
  ...{ name, type: 'TXT', ttlSeconds: 300 },
  values: [`"heritage=external-dns,external-dns/owner=${who},external-dns/resource=crd/shop/x"`],
});
const OTHER = web(['198.51.100.7']);

async function forget(host: ReturnType<typeof zoneHost>) {
  const namespace = KUBEFED_NAMESPACE;
  const listed = await host.host.list(CONFIG_MAPS, { namespace });
  for (const object of listed.ok ? listed.value.items : []) {
    await host.host.delete(CONFIG_MAPS, { namespace, name: Object(object['metadata']).name });
  }
  host.restart();
}

describe('a record of somebody else', () => {
  it.each([
    ['made by hand', [OTHER]],
    ['of an external-dns', [OTHER, owner('them')]],
    ['of an external-dns, in the old form', [OTHER, owner('them', 'web.example.com')]],
    ['a CNAME', [{ ...web(['x.example.org']), type: 'CNAME' }]],
    ['a TXT where ours would be', [owner('them')]],
  ])('%s is left alone, and the object says so', async (_, sets) => {
    const host = zoneHost();
    for (const set of sets) host.zones.put(ZONE.id, set);
    const before = host.shown();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    host.put('service-api', [endpoint('api', ['192.0.2.2'])]);
    await host.pass();
    const ours = ['a-api.example.com TXT - owner', 'api.example.com A - 192.0.2.2'];
    expect(host.shown()).toEqual([...before, ...ours].sort());
    expect(host.problems('service-web')).toMatchObject([
      { reason: 'Conflict', message: expect.stringContaining('kubefed.io/dns-take-over') },
    ]);
    const calls = host.zones.calls.length;
    await host.pass();
    expect(host.zones.calls).toHaveLength(calls);
    await host.delete('service-web');
    await host.pass();
    expect(host.shown()).toEqual([...before, ...ours].sort());
  });

  it('is replaced when the object asks for that', async () => {
    const host = zoneHost();
    for (const set of [OTHER, owner('them')]) host.zones.put(ZONE.id, set);
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])], {
      annotations: { 'kubefed.io/dns-take-over': 'true' },
    });
    await host.pass();
    expect(host.shown()).toEqual([
      'a-web.example.com TXT - owner',
      'web.example.com A - 192.0.2.1',
    ]);
    expect(host.problems('service-web')).toBeUndefined();
    await host.delete('service-web');
    await host.pass();
    expect(host.shown()).toEqual([]);
  });

  it('is looked at again by the audit: when it has gone, ours is written', async () => {
    const host = zoneHost();
    host.zones.put(ZONE.id, OTHER);
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    host.zones.drop(ZONE.id, () => true);
    await host.pass({ audit: true });
    expect(host.shown()).toHaveLength(2);
    expect(host.problems('service-web')).toBeUndefined();
  });
});

describe('a record of ours', () => {
  it('is known by its TXT when what was written has been forgotten', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    await forget(host);
    host.put('service-web', [endpoint('web', ['192.0.2.2'])]);
    await host.pass();
    expect(host.shown()).toContain('web.example.com A - 192.0.2.2');
    expect(host.problems('service-web')).toBeUndefined();
    await host.delete('service-web');
    await host.pass();
    expect(host.shown()).toEqual([]);
  });

  it('is looked for by listing the zone once, when many have been forgotten', async () => {
    const host = zoneHost();
    for (let i = 0; i < 30; i += 1) host.put(`service-${i}`, [endpoint(`s${i}`, ['192.0.2.1'])]);
    await host.pass();
    await forget(host);
    await host.pass();
    expect(host.zones.calls).toEqual(['change 60', 'change 60', 'list']);
    expect(host.shown()).toHaveLength(60);
  });

  it('that somebody has deleted is no hindrance to delete the rest', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    host.put('service-api', [endpoint('api', ['192.0.2.1'])]);
    await host.pass();
    host.zones.drop(ZONE.id, ({ name }) => name === 'web.example.com');
    await host.delete('service-web');
    await host.delete('service-api');
    await host.pass();
    expect(host.shown()).toEqual([]);
    expect(host.zones.calls).not.toContain('list');
  });

  it('moves from the old form of the TXT to the new one', async () => {
    const host = zoneHost();
    host.zones.put(ZONE.id, web(['192.0.2.1']));
    host.zones.put(ZONE.id, owner('us', 'web.example.com'));
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    expect(host.shown()).toEqual([
      'a-web.example.com TXT - owner',
      'web.example.com A - 192.0.2.1',
    ]);
  });
});

describe('the audit', () => {
  it('puts right what others have done to records of ours, reports it, and leaves theirs', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    host.put('service-api', [endpoint('api', ['192.0.2.2'])]);
    await host.pass();
    const expected = host.shown();
    host.zones.put(ZONE.id, web(['198.51.100.1']));
    host.zones.drop(ZONE.id, ({ name }) => name === 'api.example.com');
    const mail = { ...web(['10 mail.example.org'], 'example.com'), type: 'MX' };
    host.zones.put(ZONE.id, mail);
    await host.pass({ audit: true });
    expect(host.shown()).toEqual([...expected, 'example.com MX - 10 mail.example.org'].sort());
    expect(
      host.log.entries.filter(({ level }) => level === 'warn').map(({ fields }) => fields['what']),
    ).toEqual(['A api.example.com was deleted or disowned', 'A web.example.com was changed']);
  });

  it('clears away what is ours and wanted by nobody', async () => {
    const host = zoneHost();
    for (const set of [web(['192.0.2.9']), owner('us'), owner('us', 'a-lost.example.com')]) {
      host.zones.put(ZONE.id, set);
    }
    await host.pass();
    expect(host.shown()).toHaveLength(3);
    await host.pass({ audit: true });
    expect(host.shown()).toEqual([]);
  });

  it('writes nothing where all is well', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    await host.pass({ audit: true });
    expect(host.zones.calls).toEqual(['change 2', 'list']);
  });
});
