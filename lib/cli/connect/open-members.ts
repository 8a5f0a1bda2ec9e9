import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import type { EksAccessOptions } from '../../adapters/eks/access.ts';
import { kubeCluster } from '../../adapters/kube/cluster.ts';
import { connectMember } from '../../adapters/kube/members.ts';
import { clockedConnection } from '../../adapters/kube/server-clock.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { Cluster } from '../../ports.ts';
import type { Invocation } from '../invocation.ts';
import { withinSeconds } from './within-seconds.ts';

/** A member as it is reached from here. */
export interface OpenMember {
  readonly cluster: Cluster;
  /** @returns how far its clock is ahead of ours; undefined before its first answer */
  skewSeconds(): number | undefined;
}

export type MemberAnswer =
  | { readonly ok: true; readonly member: OpenMember }
  | { readonly ok: false; readonly why: string };

/** Members with the caller's own AWS credentials, or the token that the host keeps: as the functions reach them. */
export interface OpenMembers {
  /** @returns the same answer each time for a KubeFedCluster that stays as it is */
  open(kubeFedCluster: JsonObject): Promise<MemberAnswer>;
}

const AWS_PATIENCE_SECONDS = 5;
const REQUEST_TIMEOUT_MS = 5_000;

/** @param profile AWS profile instead of AWS_PROFILE or the default one */
export function openMembers(
  invocation: Invocation,
  host: Cluster,
  profile: string | undefined,
): OpenMembers {
  const nowMs = () => invocation.clock.nowMs();
  const access = callersAccess(profile, nowMs);
  const known = new Map<string, Promise<MemberAnswer>>();

  async function open(kubeFedCluster: JsonObject): Promise<MemberAnswer> {
    try {
      const opening = connectMember(host, kubeFedCluster, access);
      const connection = clockedConnection(
        await withinSeconds(AWS_PATIENCE_SECONDS, 'AWS', opening),
        nowMs,
      );
      invocation.onEnd(() => connection.close());
      const cluster = kubeCluster(connection, REQUEST_TIMEOUT_MS);
      return { ok: true, member: { cluster, skewSeconds: () => connection.skewSeconds() } };
    } catch (error) {
      return { ok: false, why: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    open(kubeFedCluster) {
      const uid = stringAt(kubeFedCluster, 'metadata', 'uid') ?? '';
      const key = `${uid} ${JSON.stringify(kubeFedCluster['spec'] ?? {})}`;
      const answer = known.get(key) ?? open(kubeFedCluster);
      known.set(key, answer);
      return answer;
    },
  };
}

function callersAccess(profile: string | undefined, nowMs: () => number): EksAccessOptions {
  const named = profile === undefined ? {} : { profile };
  return {
    nowMs,
    eksClient: (region, credentials) =>
      new EKSClient({ region, ...named, ...(credentials === undefined ? {} : { credentials }) }),
    stsClient: (region) => new STSClient({ region, ...named }),
  };
}
