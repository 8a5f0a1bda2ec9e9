import { stringAt } from '../../model/json.ts';
import type { ObjectKey } from '../../model/resource.ts';
import { NAMESPACES, SECRETS } from '../../model/resources.ts';
import { listObjects, readObject } from '../cluster-objects.ts';
import type { Side } from '../connect/side.ts';
import { nameOf } from '../host/cluster-identity.ts';
import { SERVICE_ACCOUNTS } from '../resources.ts';
import { grantKeys, tokenRoleName } from './access-objects.ts';
import { serviceAccountName } from './join-token.ts';
import type { LeaveStep, Leaving } from './leaving.ts';
import { serviceAccountOf } from './service-account.ts';

/**
 * What has to be undone in a member that was joined with a token: roles, bindings, the ServiceAccount with its token
 * Secret, and the namespace when nobody else's account is in it and it is not the host's own.
 *
 * The account is read off the token, so that it is found whatever the host was called at join.
 *
 * Source: KubeFed v0.10.0, kubefedctl unjoin
 */
export function leavingByToken(leaving: Leaving): LeaveStep[] {
  const name = nameOf(leaving.kubeFedCluster);
  return [
    {
      what: `take the ServiceAccount and its rights out of cluster ${name}`,
      run: async () => {
        const { namespace, ports } = leaving;
        const account = (await accountOfToken(leaving)) ?? {
          namespace,
          name: serviceAccountName(name, ports.hostName),
        };
        const member = await leaving.openMember();
        await leaving.removeAll(member, [
          ...grantKeys(namespace, tokenRoleName(account.name)),
          ...grantKeys(
            namespace,
            `kubefed-controller-manager:${namespace}:healthcheck-${account.name}`,
          ),
          { resource: SECRETS, key: account },
          { resource: SERVICE_ACCOUNTS, key: account },
        ]);
        if (await isUnused(leaving, member)) {
          await leaving.removeAll(member, [{ resource: NAMESPACES, key: { name: namespace } }]);
        }
      },
    },
  ];
}

async function accountOfToken(leaving: Leaving): Promise<Required<ObjectKey> | undefined> {
  const { ports, namespace, kubeFedCluster } = leaving;
  const name = stringAt(kubeFedCluster, 'spec', 'secretRef', 'name');
  if (name === undefined) return undefined;
  const secret = await readObject(ports.host, SECRETS, { namespace, name });
  return serviceAccountOf(stringAt(secret, 'data', 'token') ?? '');
}

async function isUnused(leaving: Leaving, member: Side): Promise<boolean> {
  const { ports, namespace, changes } = leaving;
  const theirs = await readObject(member, NAMESPACES, { name: namespace });
  if (theirs === undefined) return false;
  const ours = await readObject(ports.host, NAMESPACES, { name: namespace });
  const uid = stringAt(theirs, 'metadata', 'uid');
  if (uid === stringAt(ours, 'metadata', 'uid')) return false;
  const deleted = new Set(
    changes.list.filter((one) => one.action === 'delete').map((one) => one.what),
  );
  const accounts = await listObjects(member, SERVICE_ACCOUNTS, namespace);
  const others = accounts
    .map((account) => stringAt(account, 'metadata', 'name') ?? '')
    .filter((name) => name !== 'default' && !deleted.has(`ServiceAccount ${namespace}/${name}`));
  if (others.length > 0) {
    ports.terminal.progress(
      `member  namespace ${namespace} stays: ${others.join(', ')} may still use it`,
    );
  }
  return others.length === 0;
}
