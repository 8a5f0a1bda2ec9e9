import { describe, expect, it } from 'vitest';
import {
  HOST_STAGES,
  hostAccessRules,
  hostGroup,
  kubefedNamespaceRules,
} from '../../lib/core/host-access.ts';
import type { PolicyRule } from '../../lib/core/member-access.ts';

const GROUPS = ['types.kubefed.io', 'types.example.com'];
const CORE = 'core.kubefed.io';
const TYPES = 'types.kubefed.io';

/** @returns the verbs that the rules give on a resource, sorted */
function verbs(rules: readonly PolicyRule[], group: string, resource: string): string[] {
  const matching = rules.filter(
    (rule) =>
      rule.apiGroups?.includes(group) &&
      (rule.resources?.includes(resource) ||
        (rule.resources?.includes('*') && !resource.includes('/'))),
  );
  return [...new Set(matching.flatMap((rule) => rule.verbs))].sort();
}

const of = (stage: (typeof HOST_STAGES)[number]) => hostAccessRules(stage, GROUPS);

describe('hostGroup', () => {
  it('is one for each stage', () => {
    expect(hostGroup('plan')).toBe('kubefed:plan');
  });
});

describe('hostAccessRules', () => {
  it.each(HOST_STAGES)('lets %s read types, clusters and config', (stage) => {
    for (const resource of ['federatedtypeconfigs', 'kubefedclusters', 'kubefedconfigs']) {
      expect(verbs(of(stage), CORE, resource)).toEqual(
        expect.arrayContaining(['get', 'list', 'watch']),
      );
    }
  });

  it.each(HOST_STAGES)('gives %s no wildcard verb or group, and nothing of workloads', (stage) => {
    for (const rule of of(stage)) {
      expect(rule.verbs).not.toContain('*');
      expect(rule.apiGroups).not.toContain('*');
    }
    expect(verbs(of(stage), '', 'pods')).toEqual([]);
    expect(verbs(of(stage), 'apps', 'deployments')).toEqual([]);
  });

  it('lets every stage that reaches members read their tokens, and no other', () => {
    const readers = HOST_STAGES.filter((stage) => verbs(of(stage), '', 'secrets').length > 0);

    expect(readers).toEqual(['watch', 'apply', 'status', 'health', 'dns', 'spread']);
    for (const stage of readers) expect(verbs(of(stage), '', 'secrets')).toEqual(['get']);
  });

  it('covers the federated types of every group', () => {
    for (const group of GROUPS) {
      expect(verbs(of('watch'), group, 'federatedconfigmaps')).toEqual(['get', 'list', 'watch']);
      expect(verbs(of('apply'), group, 'federatedconfigmaps')).toEqual(['get']);
    }
  });

  it('lets plan put finalizers on, and status report', () => {
    expect(verbs(of('plan'), TYPES, 'federatedconfigmaps')).toContain('patch');
    expect(verbs(of('status'), TYPES, 'federatedconfigmaps')).toEqual(['get', 'patch']);
    for (const record of ['propagatedversions', 'clusterpropagatedversions']) {
      expect(verbs(of('plan'), CORE, record)).toEqual(['get']);
      expect(verbs(of('status'), CORE, record)).toEqual(['create', 'get', 'patch']);
      expect(verbs(of('status'), CORE, `${record}/status`)).toEqual(['patch']);
    }
    expect(verbs(of('status'), '', 'events')).toEqual(['create']);
    expect(verbs(of('status'), CORE, 'federatedservicestatuses')).toEqual([
      'create',
      'get',
      'patch',
    ]);
  });

  it('lets dns report on records and write DNSEndpoints, and the watch look at records', () => {
    const DNS = 'multiclusterdns.kubefed.io';
    const endpoint = ['create', 'delete', 'get', 'list', 'patch'];
    expect(verbs(of('dns'), DNS, 'dnsendpoints')).toEqual(endpoint);
    expect(verbs(of('dns'), DNS, 'domains')).toEqual(['get']);
    for (const record of ['servicednsrecords', 'ingressdnsrecords']) {
      expect(verbs(of('dns'), DNS, record)).toEqual(['get', 'list']);
      expect(verbs(of('dns'), DNS, `${record}/status`)).toEqual(['patch']);
      expect(verbs(of('watch'), DNS, record)).toEqual(['get', 'list', 'watch']);
    }
    expect(verbs(of('watch'), DNS, 'dnsendpoints')).toEqual(['get', 'list', 'watch']);
  });

  it('lets zone read DNSEndpoints and report on them, and nothing else of DNS', () => {
    const DNS = 'multiclusterdns.kubefed.io';
    expect(verbs(of('zone'), DNS, 'dnsendpoints')).toEqual(['list']);
    expect(verbs(of('zone'), DNS, 'dnsendpoints/status')).toEqual(['patch']);
    for (const other of ['servicednsrecords', 'ingressdnsrecords', 'domains']) {
      expect(verbs(of('zone'), DNS, other)).toEqual([]);
    }
  });

  it('lets spread write replicas and report on preferences, and the watch look at them', () => {
    const SCHEDULING = 'scheduling.kubefed.io';
    const preferences = 'replicaschedulingpreferences';
    expect(verbs(of('spread'), SCHEDULING, preferences)).toEqual(['get', 'list']);
    expect(verbs(of('spread'), SCHEDULING, `${preferences}/status`)).toEqual(['patch']);
    expect(verbs(of('spread'), TYPES, 'federateddeployments')).toEqual(['get', 'patch']);
    expect(verbs(of('spread'), TYPES, 'federatednamespaces')).toEqual(['get']);
    expect(verbs(of('spread'), TYPES, 'federatedconfigmaps')).toEqual([]);
    expect(verbs(of('watch'), SCHEDULING, preferences)).toEqual(['get', 'list', 'watch']);
  });

  it('lets the watch hold its Lease, and health write conditions', () => {
    expect(verbs(of('watch'), 'coordination.k8s.io', 'leases')).toEqual([
      'create',
      'get',
      'update',
    ]);
    expect(verbs(of('watch'), CORE, 'federatedtypeconfigs/status')).toEqual(['patch']);
    expect(verbs(of('health'), CORE, 'kubefedclusters/status')).toEqual(['patch']);
    expect(verbs(of('plan'), CORE, 'kubefedclusters/status')).toEqual([]);
  });
});

describe('kubefedNamespaceRules', () => {
  it('lets plan and status at tombstones, and zone at what it has written', () => {
    const granted = HOST_STAGES.map((stage) => [
      stage,
      verbs(kubefedNamespaceRules(stage), '', 'configmaps'),
    ]);

    expect(granted.filter(([, given]) => given?.length)).toEqual([
      ['plan', ['create', 'get', 'list', 'patch']],
      ['status', ['create', 'patch']],
      ['zone', ['create', 'list', 'patch']],
    ]);
  });
});
