import type { JsonObject } from '../../model/json.ts';
import type { ObjectKey } from '../../model/resource.ts';
import { NAMESPACES, SECRETS } from '../../model/resources.ts';
import type { WantedObject } from '../cluster-objects.ts';
import { SERVICE_ACCOUNTS } from '../resources.ts';

/**
 * What a member needs so that there is a ServiceAccount with a lasting token: its namespace, the account, and a Secret
 * that the token controller fills.
 *
 * @param key the ServiceAccount; the Secret has its name
 * Source: KubeFed v0.10.0, kubefedctl join (Kubernetes 1.24 makes no token Secrets by itself)
 */
export function serviceAccountObjects(key: Required<ObjectKey>): WantedObject[] {
  const { namespace, name } = key;
  return [
    {
      resource: NAMESPACES,
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    },
    {
      resource: SERVICE_ACCOUNTS,
      object: {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: {
          namespace,
          name,
          annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' },
        },
        automountServiceAccountToken: false,
      },
    },
    {
      resource: SECRETS,
      object: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          namespace,
          name,
          annotations: { 'kubernetes.io/service-account.name': name },
        },
        type: 'kubernetes.io/service-account-token',
      },
    },
  ];
}

/** The Secret on the host that lets the functions in. @param token base64, as the member's Secret has it */
export function hostSecret(key: Required<ObjectKey>, token: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { ...key }, data: { token } };
}

/**
 * Reads which ServiceAccount a token is of, without checking its signature.
 *
 * @param token base64 of a JSON Web Token, as Secrets hold it
 * @returns undefined when it is no ServiceAccount's token
 * Source: Kubernetes, service account tokens (`sub` is `system:serviceaccount:NAMESPACE:NAME`)
 */
export function serviceAccountOf(token: string): Required<ObjectKey> | undefined {
  const payload = Buffer.from(token, 'base64').toString('utf8').split('.')[1] ?? '';
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const subject =
      typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : '';
    const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject) ?? [];
    return namespace === undefined || name === undefined ? undefined : { namespace, name };
  } catch {
    return undefined;
  }
}
