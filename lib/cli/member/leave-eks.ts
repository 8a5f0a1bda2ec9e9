import { type JsonObject, stringAt } from '../../model/json.ts';
import { OBSERVER_ROLE, PROPAGATOR_ROLE } from '../../model/names.ts';
import { ACCOUNT_LABEL } from '../host/cluster-identity.ts';
import { readRoles } from '../host/federation.ts';
import { grantKeys } from './access-objects.ts';
import { accessGrants, revokeEksAccess } from './eks-access.ts';
import { describeMember, type EksDescription } from './eks-description.ts';
import type { LeaveStep, Leaving } from './leaving.ts';

/** What has to be undone in an EKS member: access entries, and the roles and bindings for their groups. */
export function leavingEks(leaving: Leaving): LeaveStep[] {
  const { ports, changes, kubeFedCluster, namespace } = leaving;
  const reference = referenceOf(kubeFedCluster);
  const client = ports.eksClient(reference.region);
  let description: EksDescription | undefined;
  return [
    {
      what: `take the access entries out of EKS cluster ${reference.clusterName}`,
      run: async () => {
        description = await describeMember(client, reference);
        const roles = await readRoles(ports.host, namespace);
        const roleArn = stringAt(kubeFedCluster, 'spec', 'eks', 'roleArn');
        const { clusterName, region } = reference;
        await revokeEksAccess(
          changes,
          { client, clusterName, region },
          accessGrants(roles, roleArn),
        );
      },
    },
    {
      what: `delete roles and bindings in EKS cluster ${reference.clusterName}`,
      run: async () => {
        description ??= await describeMember(client, reference);
        const member = await leaving.openMember(description);
        await leaving.removeAll(
          member,
          [PROPAGATOR_ROLE, OBSERVER_ROLE].flatMap((name) => grantKeys(namespace, name)),
        );
      },
    },
  ];
}

function referenceOf(kubeFedCluster: JsonObject) {
  const account = stringAt(kubeFedCluster, 'metadata', 'labels', ACCOUNT_LABEL);
  return {
    clusterName: stringAt(kubeFedCluster, 'spec', 'eks', 'clusterName') ?? '',
    region: stringAt(kubeFedCluster, 'spec', 'eks', 'region') ?? '',
    ...(account === undefined ? {} : { account }),
  };
}
