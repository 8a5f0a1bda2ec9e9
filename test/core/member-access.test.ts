import { describe, expect, it } from 'vitest';
import { memberAccessRules, memberAdminRules } from '../../lib/core/member-access.ts';
import type { Resource } from '../../lib/model/resource.ts';

const RBAC = 'rbac.authorization.k8s.io';
const WRITE = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

function resource(plural: string, group = ''): Resource {
  return { group, version: 'v1', kind: plural, plural, namespaced: true };
}

describe('memberAccessRules', () => {
  it('lets the propagator write the targets, one rule per API group, sorted', () => {
    const targets = [
      resource('services'),
      resource('deployments', 'apps'),
      resource('configmaps'),
      resource('replicasets', 'apps'),
    ];

    expect(memberAccessRules(targets).propagator).toEqual([
      { apiGroups: [''], resources: ['configmaps', 'services'], verbs: WRITE },
      { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: WRITE },
    ]);
  });

  it('lets the observer look at the same targets, ask for health and zones, and nothing more', () => {
    expect(memberAccessRules([resource('secrets')]).observer).toEqual([
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
      { nonResourceURLs: ['/healthz', '/readyz', '/version'], verbs: ['get'] },
    ]);
  });

  it('lets the observer see with the Services whether pods are ready', () => {
    expect(memberAccessRules([resource('services')]).observer).toContainEqual({
      apiGroups: ['discovery.k8s.io'],
      resources: ['endpointslices'],
      verbs: ['get', 'list', 'watch'],
    });
  });

  it.each(['deployments', 'replicasets'])('lets the observer list the pods of %s', (plural) => {
    const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
    expect(memberAccessRules([resource(plural, 'apps')]).observer).toContainEqual(pods);
    expect(memberAccessRules([resource('services')]).observer).not.toContainEqual(pods);
  });

  it('names a resource once when two types have it', () => {
    const { propagator } = memberAccessRules([
      resource('jobs', 'batch'),
      resource('jobs', 'batch'),
    ]);

    expect(propagator).toEqual([{ apiGroups: ['batch'], resources: ['jobs'], verbs: WRITE }]);
  });

  it('gives the propagator nothing without types', () => {
    expect(memberAccessRules([]).propagator).toEqual([]);
  });

  it.each([
    {
      name: 'roles that are written may be escalated and bound',
      plurals: ['clusterroles'],
      extra: [{ apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['bind', 'escalate'] }],
    },
    {
      name: 'bindings need to bind the roles of both scopes',
      plurals: ['rolebindings'],
      extra: [{ apiGroups: [RBAC], resources: ['clusterroles', 'roles'], verbs: ['bind'] }],
    },
    {
      name: 'a role that is written too is not named twice',
      plurals: ['clusterrolebindings', 'clusterroles'],
      extra: [{ apiGroups: [RBAC], resources: ['clusterroles'], verbs: ['bind', 'escalate'] }],
    },
    { name: 'other resources of the group need nothing special', plurals: ['others'], extra: [] },
  ])('$name', ({ plurals, extra }) => {
    const rules = memberAccessRules(plurals.map((plural) => resource(plural, RBAC)));

    expect(rules.propagator.slice(1)).toEqual(extra);
    expect(rules.observer).not.toContainEqual(
      expect.objectContaining({ verbs: expect.arrayContaining(['bind']) }),
    );
  });
});

describe('memberAdminRules', () => {
  it("grants everything, as KubeFed's join does", () => {
    expect(memberAdminRules()).toEqual([
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['get'] },
    ]);
  });
});
