import { eksRef } from '../../adapters/kube/members.ts';
import { hostGroup } from '../../core/host-access.ts';
import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import type { OpenAccess } from '../connect/open-access.ts';
import { readDeployment } from '../host/deployment.ts';
import { accessGrants } from '../member/eks-access.ts';
import type { EntryExam } from './check-access.ts';
import { stageRoles } from './check-control-plane.ts';
import type { Seen } from './finding.ts';

/**
 * Looks up the access entries of the functions' roles: on the host one for each stage, in each EKS member those that join
 * makes. A host that is entered with a role of its own is its account's to see to.
 */
export async function examineAccess(
  access: OpenAccess,
  installed: JsonObject | undefined,
  clusters: readonly JsonObject[],
): Promise<EntryExam[]> {
  const asked = [...hostEntries(installed), ...memberEntries(installed, clusters)];
  return Promise.all(
    asked.map(async ({ at, ...entry }) => {
      const groups = await see(() => access.groupsOf(at, entry.principalArn));
      return { ...entry, groups };
    }),
  );
}

type Asked = Omit<EntryExam, 'groups'> & { readonly at: ReturnType<typeof eksRef> };

function hostEntries(installed: JsonObject | undefined): Asked[] {
  const host = readDeployment(installed)?.host;
  if (host === undefined || host.roleArn !== undefined) return [];
  return Object.entries(stageRoles(installed)).map(([stage, principalArn]) => ({
    ...{ cluster: host.clusterName, isHost: true, at: host },
    ...{ principalArn, wanted: [hostGroup(stage)] },
  }));
}

function memberEntries(
  installed: JsonObject | undefined,
  clusters: readonly JsonObject[],
): Asked[] {
  const { apply, watch, health, dns } = stageRoles(installed);
  if (apply === undefined || watch === undefined || health === undefined) return [];
  const roles = { apply, watch, health, ...(dns === undefined ? {} : { dns }) };
  return clusters.flatMap((cluster) => {
    const eks = objectAt(cluster, 'spec', 'eks');
    if (eks === undefined) return [];
    const at = eksRef(eks);
    const name = stringAt(cluster, 'metadata', 'name') ?? '';
    return [...accessGrants(roles, at.roleArn)].map(([principalArn, wanted]) => ({
      ...{ cluster: name, isHost: false, at, principalArn, wanted },
    }));
  });
}

async function see<T>(look: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: true, value: await look() };
  } catch (error) {
    return { seen: false, why: error instanceof Error ? error.message : String(error) };
  }
}
