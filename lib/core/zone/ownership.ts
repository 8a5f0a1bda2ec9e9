import type { RecordSet } from '../../model/record-set.ts';
import { textHash } from '../hash.ts';

const TTL_SECONDS = 300;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 253;

export interface Owner {
  readonly owner: string;
  /** what the set was made of, such as `crd/shop/service-web`; absent when the text does not say */
  readonly resource?: string;
}

/**
 * @param resource namespace and name of the DNSEndpoint
 * @returns the TXT set that tells whose `set` is. Where the set is one of several, so is the TXT, by weight: a TXT has no
 *   health, and Route 53 takes no primary without.
 * Source: external-dns v0.22, TXT registry (text, name, and a set identifier for each)
 */
export function ownerSet(
  set: RecordSet,
  zoneName: string,
  { owner, resource }: { readonly owner: string; readonly resource: string },
): RecordSet {
  const text = `heritage=external-dns,external-dns/owner=${owner},external-dns/resource=crd/${resource}`;
  return {
    name: ownerName(set, zoneName),
    type: 'TXT',
    ...(set.setIdentifier === undefined
      ? {}
      : { setIdentifier: set.setIdentifier, routing: { kind: 'weighted', weight: 1 } }),
    ttlSeconds: TTL_SECONDS,
    values: quoted(text),
  };
}

/**
 * The type goes before the first label; an alias counts as a CNAME there, unless it is an AAAA. The name of the zone
 * itself would leave the zone by that, and a long label would become too long: these get a label that external-dns does
 * not understand, so that it sees a record without an owner, which it leaves alone as well.
 *
 * Source: external-dns v0.22, TXT registry; RFC 1035, 2.3.4
 */
export function ownerName(set: RecordSet, zoneName: string): string {
  const affix = set.alias !== undefined && set.type === 'A' ? 'cname' : set.type.toLowerCase();
  return affixed(affix, set.name, zoneName);
}

function affixed(affix: string, name: string, zoneName: string): string {
  if (name === zoneName) return `${affix}-_apex.${zoneName}`;
  const [first = '', ...rest] = name.split('.');
  const full = `${affix}-${name}`;
  const fits = first.length + affix.length < LONGEST_LABEL && full.length <= LONGEST_NAME;
  return fits ? full : [`${affix}-${textHash(name)}`, ...rest].join('.');
}

/** @returns what a TXT set says of an owner; undefined when it is about something else */
export function readOwner(txt: RecordSet): Owner | undefined {
  const parts = txt.values.flatMap((value) => unquoted(value).split(','));
  if (!parts.includes('heritage=external-dns')) return undefined;
  const textOf = (key: string) =>
    parts
      .find((part) => part.startsWith(`external-dns/${key}=`))
      ?.slice(`external-dns/${key}=`.length);
  const owner = textOf('owner');
  const resource = textOf('resource');
  if (owner === undefined) return undefined;
  return { owner, ...(resource === undefined ? {} : { resource }) };
}

/**
 * @param all the sets of the zone, or at least those of the names that may tell the owner of `set`
 * @returns the TXT sets that tell its owner, in the new form or in the old one (at the name itself); empty when it has none
 * Source: external-dns v0.22, TXT registry (both forms of an alias; old form up to v0.15)
 */
export function ownersOf(set: RecordSet, zoneName: string, all: readonly RecordSet[]): RecordSet[] {
  const names = namesOfOwner(set, zoneName);
  return all.filter(
    (each) =>
      each.type === 'TXT' &&
      names.includes(each.name) &&
      (each.setIdentifier ?? '') === (set.setIdentifier ?? '') &&
      readOwner(each) !== undefined,
  );
}

/** @returns the names at which a TXT may tell the owner of a set, the one that we write first */
export function namesOfOwner(set: RecordSet, zoneName: string): string[] {
  const names = [
    ownerName(set, zoneName),
    affixed(set.type.toLowerCase(), set.name, zoneName),
    set.name,
  ];
  return [...new Set(names)];
}

/** One string of a TXT holds 255 characters. Source: RFC 1035, 3.3.14 */
function quoted(text: string): string[] {
  const pieces = text.match(/.{1,255}/g) ?? [];
  return [pieces.map((piece) => `"${piece}"`).join(' ')];
}

function unquoted(value: string): string {
  return value.replaceAll('" "', '').replaceAll('"', '');
}
