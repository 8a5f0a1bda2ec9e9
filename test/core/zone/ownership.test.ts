import { describe, expect, it } from 'vitest';
import { ownedSets } from '../../../lib/core/zone/owned-sets.ts';
import { ownerName, ownerSet, readOwner } from '../../../lib/core/zone/ownership.ts';
import type { RecordSet } from '../../../lib/model/record-set.ts';

const ZONE = 'example.com';
const a: RecordSet = { name: 'web.example.com', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] };
const alias = { hostedZoneId: 'ZELB', name: 'lb.amazonaws.com', evaluateTargetHealth: true };
const aliasOf = (type: string): RecordSet => ({ name: a.name, type, values: [], alias });
const text = (owner: string) =>
  `"heritage=external-dns,external-dns/owner=${owner},external-dns/resource=crd/shop/service-web"`;
const txt = (name: string, owner = 'us'): RecordSet => ({
  name,
  type: 'TXT',
  ttlSeconds: 300,
  values: [text(owner)],
});
const long = `${'l'.repeat(63)}.example.com`;

describe('ownerName', () => {
  it.each([
    ['an A', a, 'a-web.example.com'],
    ['an AAAA', { ...a, type: 'AAAA' }, 'aaaa-web.example.com'],
    ['a CNAME', { ...a, type: 'CNAME' }, 'cname-web.example.com'],
    ['an alias of type A', aliasOf('A'), 'cname-web.example.com'],
    ['an alias of type AAAA', aliasOf('AAAA'), 'aaaa-web.example.com'],
    ['the zone itself', { ...a, name: ZONE }, 'a-_apex.example.com'],
    ['a wildcard', { ...a, name: '*.example.com' }, 'a-*.example.com'],
  ])('puts the type of %s before the first label', (_, set, expected) => {
    expect(ownerName(set, ZONE)).toBe(expected);
  });

  it('shortens a label that would become too long, and stays in the zone', () => {
    const name = ownerName({ ...a, name: long }, ZONE);
    expect(name).toMatch(/^a-[0-9a-f]{32}\.example\.com$/);
  });
});

describe('ownerSet', () => {
  it('is what external-dns writes', () => {
    const set = ownerSet(a, ZONE, { owner: 'us', resource: 'shop/service-web' });
    expect(set).toEqual(txt('a-web.example.com'));
    expect(readOwner(set)).toEqual({ owner: 'us', resource: 'crd/shop/service-web' });
  });

  it('has the set identifier of a routed set, and a weight, for a TXT has no health', () => {
    const routing = { kind: 'failover', role: 'PRIMARY' } as const;
    const set = ownerSet({ ...a, setIdentifier: 'east', routing }, ZONE, {
      owner: 'us',
      resource: 'shop/service-web',
    });
    expect(set).toMatchObject({
      setIdentifier: 'east',
      routing: { kind: 'weighted', weight: 1 },
    });
  });

  it('parts a text that is too long for one string, and reads it', () => {
    const resource = `${'n'.repeat(63)}/service-${'s'.repeat(245)}`;
    const set = ownerSet(a, ZONE, { owner: 'us', resource });
    expect(set.values[0]).toMatch(/^"[^"]{255}" "[^"]+"$/);
    expect(readOwner(set)).toEqual({ owner: 'us', resource: `crd/${resource}` });
  });
});

describe('readOwner', () => {
  it.each([
    ['without quotes', text('them').replaceAll('"', ''), 'them'],
    [
      'with labels that we do not know',
      '"heritage=external-dns,external-dns/owner=x,foo=bar"',
      'x',
    ],
    ['of somebody else', '"v=spf1 -all"', undefined],
    ['without an owner', '"heritage=external-dns"', undefined],
  ])('reads a text %s', (_, value, owner) => {
    expect(readOwner({ ...txt('x'), values: [value] })?.owner).toBe(owner);
  });
});

describe('ownedSets', () => {
  const judge = (...sets: RecordSet[]) =>
    ownedSets(sets, { zoneName: ZONE, ownerId: 'us' }, new Map());

  it.each([
    ['by the type before the name', a, txt('a-web.example.com'), true],
    ['in the old form, at the name itself', a, txt('web.example.com'), true],
    ['an alias as CNAME', aliasOf('A'), txt('cname-web.example.com'), true],
    ['an alias as A, as older versions did', aliasOf('A'), txt('a-web.example.com'), true],
    ['not by the TXT of another type', a, txt('aaaa-web.example.com'), false],
    ['not by that of another owner', a, txt('a-web.example.com', 'them'), false],
    ['not by that of another set', { ...a, setIdentifier: 'x' }, txt('a-web.example.com'), false],
  ])('knows what is ours: %s', (_, set, owner, isOurs) => {
    const { owned, foreign } = judge(set, owner);
    expect(owned.some((each) => each.set === set)).toBe(isOurs);
    expect(foreign.includes(set)).toBe(!isOurs);
  });

  it('keeps a TXT of ours whose record is gone, to be cleared away', () => {
    const { owned } = judge(txt('a-old.example.com'));
    expect(owned).toEqual([
      { of: 'a-old.example.com', by: 'shop/service-web', set: txt('a-old.example.com') },
    ]);
  });
});
