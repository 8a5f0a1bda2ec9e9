import { describe, expect, it } from 'vitest';
import { clusterEntries, type DnsCluster } from '../../../lib/core/dns-records/cluster-entries.ts';
import type { Observed } from '../../../lib/core/dns-records/liveness.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { east, factsOf, member, spec } from './facts.ts';

const present = (ready: boolean, ...ips: string[]): Observed => ({
  state: 'present',
  addresses: ips.map((ip) => ({ ip })),
  hasReadyEndpoint: ready,
});
const notReady: Observed = { state: 'notReady' };
const silent: Observed = { state: 'unreachable', message: 'it did not answer' };
const absent: Observed = { state: 'absent' };

/** @returns by cluster the addresses that it stands with, or the reason why it does not; both where both are told */
function judged(
  found: Record<string, Observed>,
  last: Record<string, string> = {},
  of = spec(),
  drained: readonly string[] = [],
): Record<string, string> {
  const clusters = Object.entries(found).map(
    ([name, observed]): DnsCluster =>
      member(name, 'us-east-1', '', {
        observed,
        ...(drained.includes(name) ? { isDrained: true } : {}),
      }),
  );
  const addresses = new Map(
    Object.entries(last).map(([name, ip]): [string, JsonObject[]] => [name, [{ ip }]]),
  );
  const entries = clusterEntries(of, clusters, { addresses }, factsOf());
  return Object.fromEntries(
    entries.map(({ cluster, targets, absence }) => [
      cluster,
      [
        ...(targets?.kind === 'addresses' ? targets.ipv4 : []),
        ...(absence === undefined ? [] : [absence.reason]),
      ].join(' '),
    ]),
  );
}

describe('clusterEntries', () => {
  it.each([
    { what: 'a ready cluster', found: present(true, '192.0.2.1'), is: '192.0.2.1' },
    { what: 'a Service without address', found: present(true), is: 'NoAddress' },
    {
      what: 'a Service without ready pods',
      found: present(false, '192.0.2.1'),
      is: 'NoReadyEndpoints',
    },
    { what: 'no Service of ours', found: absent, is: 'NotFound' },
    { what: 'a cluster that is not Ready', found: notReady, is: 'ClusterNotReady' },
    { what: 'a cluster that does not answer', found: silent, is: 'ClusterUnreachable' },
    { what: 'an address that is none', found: present(true, 'x'), is: 'LoadBalancerUnknown' },
  ])('judges $what', ({ found, is }) => {
    expect(judged({ a: found, b: present(true, '192.0.2.9') })).toEqual({ a: is, b: '192.0.2.9' });
  });

  it('asks after no pods where the record does not want it, and for an Ingress', () => {
    const found = { a: present(false, '192.0.2.1') };
    expect(judged(found, {}, spec({ allowServiceWithoutEndpoints: true }))).toEqual({
      a: '192.0.2.1',
    });
    expect(judged(found, {}, spec({}, 'ingress'))).toEqual({ a: '192.0.2.1' });
  });

  it('takes away what is unhealthy while something is healthy', () => {
    const found = { a: notReady, b: present(false, '192.0.2.2'), c: present(true, '192.0.2.3') };
    expect(judged(found, { a: '192.0.2.1', b: '192.0.2.2' })).toEqual({
      a: 'ClusterNotReady',
      b: 'NoReadyEndpoints',
      c: '192.0.2.3',
    });
  });

  it('leaves the last set when nothing is healthy, with addresses as they are now', () => {
    const found = { a: notReady, b: present(false, '192.0.2.22'), c: notReady };
    expect(judged(found, { a: '192.0.2.1', b: '192.0.2.2' })).toEqual({
      a: '192.0.2.1 ClusterNotReady',
      b: '192.0.2.22 NoReadyEndpoints',
      c: 'ClusterNotReady',
    });
  });

  it('keeps nothing of what was taken away on purpose', () => {
    const last = { a: '192.0.2.1', b: '192.0.2.2' };
    expect(judged({ a: absent, b: present(true) }, last)).toEqual({
      a: 'NotFound',
      b: 'NoAddress',
    });
  });

  it('does not take one failed question for a verdict', () => {
    const found = { a: silent, b: present(true, '192.0.2.2') };
    expect(judged(found, { a: '192.0.2.1' })).toEqual({
      a: '192.0.2.1 ClusterUnreachable',
      b: '192.0.2.2',
    });
  });

  it.each([
    { what: 'that is healthy', found: present(true, '192.0.2.1'), is: 'Drained' },
    { what: 'whose pods are gone', found: present(false, '192.0.2.1'), is: 'Drained' },
    { what: 'that does not answer', found: silent, is: 'Drained' },
    { what: 'that is not Ready', found: notReady, is: 'Drained' },
    { what: 'that has no Service', found: absent, is: 'NotFound' },
    { what: 'that has no address', found: present(true), is: 'NoAddress' },
  ])('takes the record set from a drained cluster $what', ({ found, is }) => {
    const all = { a: found, b: present(true, '192.0.2.2') };
    expect(judged(all, { a: '192.0.2.1' }, spec(), ['a'])).toEqual({ a: is, b: '192.0.2.2' });
  });

  it('leaves a drained cluster its record set until another is healthy', () => {
    const found = { a: present(true, '192.0.2.1'), b: present(false, '192.0.2.2') };
    expect(judged(found, { a: '192.0.2.1' }, spec(), ['a'])).toEqual({
      a: '192.0.2.1 Drained',
      b: 'NoReadyEndpoints',
    });
  });

  it('gives a drained cluster none that it has not had', () => {
    const found = { a: present(true, '192.0.2.1'), b: notReady };
    expect(judged(found, { b: '192.0.2.2' }, spec(), ['a'])).toEqual({
      a: 'Drained',
      b: '192.0.2.2 ClusterNotReady',
    });
  });

  it('says why a load balancer cannot be looked up', () => {
    const facts = factsOf({ [east()]: 'access denied' });
    const [entry] = clusterEntries(
      spec(),
      [member('a', 'us-east-1', east())],
      { addresses: new Map() },
      facts,
    );
    expect(entry?.absence).toMatchObject({
      reason: 'LoadBalancerUnknown',
      message: 'access denied',
    });
    expect(entry?.addresses).toEqual([]);
  });
});
