import { describe, expect, it } from 'vitest';
import { trackChanges } from '../../../lib/cli/changes.ts';
import {
  accessGrants,
  grantEksAccess,
  revokeEksAccess,
} from '../../../lib/cli/member/eks-access.ts';
import { awsError, failureOf, fakeEks, fakeTerminal, ROLES } from '../fixtures.ts';

function world() {
  const eks = fakeEks();
  const target = { client: eks.client('us-west-2'), clusterName: 'basic', region: 'us-west-2' };
  const { signal } = new AbortController();
  const changes = trackChanges({ dryRun: false, terminal: fakeTerminal(), signal });
  return { eks, target, changes };
}

describe('accessGrants', () => {
  it('gives one role that does several things all its groups', () => {
    const one = 'arn:aws:iam::111122223333:role/one';

    expect([...accessGrants({ apply: one, watch: one, health: ROLES.health }, undefined)]).toEqual([
      [ROLES.health, ['kubefed:observer']],
      [one, ['kubefed:observer', 'kubefed:propagator']],
    ]);
  });

  it('lets status and dns look, where a deployment has them', () => {
    const status = 'arn:aws:iam::111122223333:role/status';
    const dns = 'arn:aws:iam::111122223333:role/dns';

    const grants = accessGrants({ ...ROLES, status, dns }, undefined);

    expect([grants.get(status), grants.get(dns)]).toEqual([
      ['kubefed:observer'],
      ['kubefed:observer'],
    ]);
    expect(grants.get(ROLES.apply)).toEqual(['kubefed:propagator']);
  });
});

describe('grantEksAccess', () => {
  it('adds its groups when somebody makes the entry at the same time, and takes only them back', async () => {
    const { eks, target, changes } = world();
    let asked = false;
    const grants = new Map([[ROLES.apply, ['kubefed:propagator']]]);
    eks.onSent = (name) => {
      if (name !== 'CreateAccessEntry' || asked) return;
      asked = true;
      eks.entries.set(ROLES.apply, ['theirs']);
    };

    await grantEksAccess(changes, target, grants);
    const granted = eks.entries.get(ROLES.apply);
    await changes.undo();

    expect(granted).toEqual(['theirs', 'kubefed:propagator']);
    expect(eks.entries.get(ROLES.apply)).toEqual(['theirs']);
  });
});

describe('revokeEksAccess', () => {
  it('is content when there is no entry', async () => {
    const { eks, target, changes } = world();

    await revokeEksAccess(changes, target, accessGrants(ROLES, undefined));

    expect(changes.list).toEqual([]);
    expect(new Set(eks.sent)).toEqual(new Set(['DescribeAccessEntry']));
  });

  it('tells why it may not look for access policies', async () => {
    const { eks, target, changes } = world();
    eks.entries.set(ROLES.apply, ['kubefed:propagator']);
    eks.refusals.set('ListAssociatedAccessPolicies', awsError('AccessDeniedException', 'no', 403));

    const error = await failureOf(revokeEksAccess(changes, target, accessGrants(ROLES, undefined)));

    expect(error.message).toBe(
      'eks:ListAssociatedAccessPolicies for cluster basic in us-west-2 was denied: no',
    );
  });
});
