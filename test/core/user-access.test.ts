import { describe, expect, it } from 'vitest';
import { USER_ROLES, userAccessRules } from '../../lib/core/user-access.ts';
import { readFederatedType } from '../../lib/model/type-config.ts';

function type(name: string, kind: string, scope = 'Namespaced') {
  const target = { version: 'v1', kind, scope };
  const federated = { group: 'types.kubefed.io', version: 'v1beta1', kind: `Federated${kind}` };
  const read = readFederatedType({
    metadata: { name },
    spec: { targetType: target, federatedType: federated, propagation: 'Enabled' },
  });
  if (read === undefined) throw new Error(`${name} cannot be read`);
  return read;
}

const TYPES = [
  type('secrets', 'Secret'),
  type('deployments.apps', 'Deployment'),
  type('secrets.example.com', 'Vault'),
  type('clusterroles.rbac.authorization.k8s.io', 'ClusterRole', 'Cluster'),
];

describe('userAccessRules', () => {
  it.each([
    ['admin', ['federateddeployments', 'federatedsecrets', 'federatedvaults'], 'delete'],
    ['edit', ['federateddeployments', 'federatedsecrets', 'federatedvaults'], 'delete'],
    ['view', ['federateddeployments', 'federatedvaults'], 'watch'],
  ] as const)(
    '9.4 lets %s at the federated types that are no way around RBAC',
    (role, resources, verb) => {
      const [types] = userAccessRules(role, TYPES);

      expect(types).toMatchObject({ apiGroups: ['types.kubefed.io'], resources });
      expect(types?.verbs.at(-1)).toMatch(verb);
    },
  );

  it.each(USER_ROLES)('gives %s no right to clusters, types, config and domains', (role) => {
    const text = JSON.stringify(userAccessRules(role, TYPES));

    expect(text).not.toMatch(/kubefedclusters|federatedtypeconfigs|kubefedconfigs|domains/);
    expect(text).toContain('propagatedversions');
  });
});
