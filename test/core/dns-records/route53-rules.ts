import { isIPv4, isIPv6 } from 'node:net';
import type { Endpoint } from '../../../lib/core/dns-records/endpoint.ts';

const POLICIES = ['aws/region', 'aws/weight', 'aws/failover', 'aws/geolocation'];

const settingOf = (endpoint: Endpoint, name: string): string | undefined =>
  endpoint.providerSpecific?.find((each) => each.name === name)?.value;
const isAlias = (endpoint: Endpoint): boolean => settingOf(endpoint, 'alias') === 'true';
const repeated = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size < values.length;

function policyOf(endpoint: Endpoint): string | undefined {
  const policies = POLICIES.filter((policy) =>
    endpoint.providerSpecific?.some(({ name }) => name.startsWith(policy)),
  );
  return policies.length > 1 ? 'several' : policies[0];
}

/**
 * @returns what Route 53 would refuse in a zone that has these records and no others; empty when it takes them all
 * Source: AWS, Route 53 API reference, ResourceRecordSet and AliasTarget; RFC 1034, 3.6.2
 */
export function refusals(endpoints: readonly Endpoint[]): string[] {
  const byName = Map.groupBy(endpoints, ({ dnsName }) => dnsName);
  const ofNames = [...byName].flatMap(([name, sets]) => {
    const types = new Set(sets.map(({ recordType }) => recordType));
    return types.has('CNAME') && types.size > 1 ? [`${name}: CNAME beside others`] : [];
  });
  const bySet = Map.groupBy(endpoints, ({ dnsName, recordType }) => `${dnsName} ${recordType}`);
  const ofSets = [...bySet].flatMap(([name, sets]) => ofOneSet(sets).map((no) => `${name}: ${no}`));
  return [...ofNames, ...ofSets, ...endpoints.flatMap((endpoint) => ofOne(endpoint, endpoints))];
}

function ofOneSet(sets: readonly Endpoint[]): string[] {
  const no: string[] = [];
  if (sets.some((set) => set.setIdentifier === undefined) && sets.length > 1)
    no.push('simple beside others');
  if (repeated(sets.map((set) => set.setIdentifier))) no.push('set identifier twice');
  if (new Set(sets.map(policyOf)).size > 1) no.push('mixed policies');
  for (const key of ['aws/region', 'aws/failover']) {
    const values = sets.flatMap((set) => settingOf(set, key) ?? []);
    if (repeated(values)) no.push(`${key} twice`);
  }
  const places = sets
    .map((set) =>
      (set.providerSpecific ?? []).filter(({ name }) => name.startsWith('aws/geolocation')),
    )
    .filter((place) => place.length > 0);
  if (repeated(places)) no.push('location twice');
  const ttls = sets.flatMap((set) => set.recordTTL ?? []);
  if (new Set(ttls).size > 1) no.push('different TTLs');
  return no;
}

function ofOne(endpoint: Endpoint, all: readonly Endpoint[]): string[] {
  const { dnsName, recordType, recordTTL, targets, setIdentifier } = endpoint;
  const no: string[] = [];
  const alias = isAlias(endpoint);
  const policy = policyOf(endpoint);
  if (alias !== (recordTTL === undefined)) no.push('TTL');
  if (targets.length === 0 || repeated(targets)) no.push('targets');
  if ((alias || recordType === 'CNAME') && targets.length !== 1) no.push('not one target');
  if (alias && recordType === 'CNAME') no.push('alias of type CNAME');
  if (!alias && recordType === 'A' && !targets.every((each) => isIPv4(each))) no.push('no IPv4');
  if (!alias && recordType === 'AAAA' && !targets.every((each) => isIPv6(each))) no.push('no IPv6');
  if ((setIdentifier === undefined) !== (policy === undefined))
    no.push('policy without identifier');
  if ((setIdentifier?.length ?? 1) > 128) no.push('identifier too long');
  if (settingOf(endpoint, 'aws/failover') === 'PRIMARY') {
    const healthy = alias && settingOf(endpoint, 'aws/evaluate-target-health') === 'true';
    if (!healthy && settingOf(endpoint, 'aws/health-check-id') === undefined)
      no.push('primary without health');
  }
  const zone = settingOf(endpoint, 'aws/target-hosted-zone');
  const isThere = (target: string) =>
    all.some((each) => each.dnsName === target && each.recordType === recordType);
  if (zone === 'same-zone' && !targets.every(isThere)) no.push('alias to nothing');
  if (targets.includes(dnsName)) no.push('leads to itself');
  if (dnsName.length > 253 || dnsName.split('.').some((label) => label === '' || label.length > 63))
    no.push('name');
  return no.map((each) => `${dnsName} ${recordType}: ${each}`);
}
