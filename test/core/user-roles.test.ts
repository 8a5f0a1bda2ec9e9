import { describe, expect, it } from 'vitest';
import { userRoles } from '../../lib/core/user-roles.ts';
import type { FederatedType } from '../../lib/model/type-config.ts';

function type(plural: string, kind: string, targetGroup = '', group = 'types.kubefed.io') {
  const target = { group: targetGroup, version: 'v1', kind, plural, namespaced: true };
  const federated = { ...target, group, kind: `Federated${kind}`, plural: `federated${plural}` };
  return { name: plural, target, federated, enabled: true } satisfies FederatedType;
}

const TYPES = [
  type('secrets', 'Secret'),
  type('configmaps', 'ConfigMap'),
  type('secrets', 'Secret', 'example.com', 'types.example.com'),
];

/** @returns the verbs of a role on a resource, sorted; empty when it has none */
function verbs(role: string, group: string, resource: string): string[] {
  const { rules } = userRoles(TYPES).find(({ name }) => name === role) ?? { rules: [] };
  const found = rules.filter(
    ({ apiGroups, resources }) =>
      apiGroups?.includes(group) && (resources?.includes(resource) || resources?.includes('*')),
  );
  return found.flatMap((rule) => rule.verbs).sort();
}

describe('userRoles', () => {
  it('13.7 are added to the roles that Kubernetes has for people', () => {
    expect(userRoles(TYPES).map(({ name, aggregatesTo }) => [name, aggregatesTo])).toEqual([
      ['kubefed-admin', 'admin'],
      ['kubefed-edit', 'edit'],
      ['kubefed-view', 'view'],
    ]);
  });

  it.each([
    ['types.kubefed.io', 'federatedconfigmaps'],
    ['types.kubefed.io', 'federatedsecrets'],
    ['types.example.com', 'federatedsecrets'],
    ['scheduling.kubefed.io', 'replicaschedulingpreferences'],
    ['multiclusterdns.kubefed.io', 'servicednsrecords'],
  ])('let editors and admins write %s %s', (group, resource) => {
    for (const role of ['kubefed-admin', 'kubefed-edit']) {
      expect(verbs(role, group, resource)).toEqual(
        expect.arrayContaining(['create', 'delete', 'get', 'patch', 'update']),
      );
    }
  });

  it.each([
    ['types.kubefed.io', 'federatedconfigmaps'],
    ['types.example.com', 'federatedsecrets'],
    ['scheduling.kubefed.io', 'replicaschedulingpreferences'],
    ['multiclusterdns.kubefed.io', 'servicednsrecords'],
    ['core.kubefed.io', 'propagatedversions'],
  ])('let viewers read %s %s and no more', (group, resource) => {
    expect(verbs('kubefed-view', group, resource)).toEqual(['get', 'list', 'watch']);
  });

  it('hide the templates of Secrets from viewers, as Kubernetes hides Secrets', () => {
    expect(verbs('kubefed-view', 'types.kubefed.io', 'federatedsecrets')).toEqual([]);
  });

  it('let nobody write what the stages record', () => {
    for (const { name } of userRoles(TYPES)) {
      expect(verbs(name, 'core.kubefed.io', 'propagatedversions')).toEqual([
        'get',
        'list',
        'watch',
      ]);
    }
  });

  it('have no rule for a group of which nothing may be seen', () => {
    const [, , view] = userRoles([type('secrets', 'Secret')]);
    expect(view?.rules.flatMap(({ apiGroups }) => apiGroups ?? [])).not.toContain(
      'types.kubefed.io',
    );
  });
});
