import { stringAt } from '../../model/json.ts';
import { ensureObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { EksReference } from '../connect/eks-reference.ts';
import type { Side } from '../connect/side.ts';
import { ACCOUNT_LABEL, EKS_VERSION_LABEL, REGION_LABEL } from '../host/cluster-identity.ts';
import { type Federation, type Roles, readRoles } from '../host/federation.ts';
import { eksAccessObjects } from './access-objects.ts';
import { accessGrants, grantEksAccess } from './eks-access.ts';
import { describeMember, type EksDescription } from './eks-description.ts';
import type { Joining, JoinPorts } from './joining.ts';

export interface EksJoinOptions {
  readonly reference: EksReference;
  readonly federation: Federation;
  readonly roleArn?: string;
  readonly admin: boolean;
  /** opens the Kubernetes API of the member with the caller's rights */
  readonly openMember: (description: EksDescription) => Promise<Side>;
}

/**
 * Joins an EKS cluster by IAM: access entries for the functions' roles, RBAC for the groups in them. No credentials are
 * stored anywhere.
 *
 * @throws CommandError when the deployment has not named its roles, or the cluster cannot be joined as it is
 */
export async function joiningEks(ports: JoinPorts, options: EksJoinOptions): Promise<Joining> {
  const { reference, federation } = options;
  const { clusterName, region } = reference;
  const roles = await readRoles(ports.host, federation.namespace);
  const client = ports.eksClient(region);
  const description = await describeMember(client, reference);
  const { account, endpoint, caBundle } = description;

  return {
    identity: {
      endpoint,
      eks: { clusterName, region, ...(account === undefined ? {} : { account }) },
    },
    hint: region,
    async grant(changes, _name, existing) {
      const roleArn = options.roleArn ?? stringAt(existing, 'spec', 'eks', 'roleArn');
      if (roleArn === undefined) refuseOtherAccount(description, roles);
      if (description.isPrivate) {
        ports.terminal.warn(
          `the endpoint of ${clusterName} is private: the functions must run in a VPC that is routed to it`,
        );
      }
      const member = await options.openMember(description);
      await grantEksAccess(changes, { client, clusterName, region }, accessGrants(roles, roleArn));
      for (const wanted of eksAccessObjects(federation, options.admin)) {
        await ensureObject(changes, member, wanted);
      }
      return {
        spec: {
          apiEndpoint: endpoint,
          caBundle,
          eks: { clusterName, region, ...(roleArn === undefined ? {} : { roleArn }) },
        },
        labels: labelsOf(description),
      };
    },
  };
}

function labelsOf({ region, account, version }: EksDescription): Record<string, string> {
  return {
    [REGION_LABEL]: region,
    ...(account === undefined ? {} : { [ACCOUNT_LABEL]: account }),
    ...(version === undefined ? {} : { [EKS_VERSION_LABEL]: version }),
  };
}

/** A cluster's endpoint and CA can be asked for only inside its account. */
function refuseOtherAccount(description: EksDescription, roles: Roles): void {
  const { account, clusterName } = description;
  const ours = /^arn:[^:]+:iam::(\d{12}):/.exec(roles.apply)?.[1];
  if (account === undefined || ours === undefined || account === ours) return;
  const looking = [roles.watch, ...(roles.status === undefined ? [] : [roles.status])];
  const trusted = `${[roles.apply, ...looking].join(', ')} and ${roles.health}`;
  throw new CommandError(
    'RoleNeeded',
    `EKS cluster ${clusterName} is in account ${account}, the control plane in account ${ours}: its functions need a role to assume`,
    [
      `--role-arn arn:aws:iam::${account}:role/ROLE, a role that trusts ${trusted}, and allows eks:DescribeCluster`,
    ],
  );
}
