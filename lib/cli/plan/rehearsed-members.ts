import { stringAt } from '../../model/json.ts';
import type { ApiResult, Cluster, Members } from '../../ports.ts';
import { type RehearsedMember, type RehearsedWrite, rehearsedMember } from './rehearsed-member.ts';

export interface RehearsedMembers extends Members {
  /** @returns what a member was written since the last call */
  take(name: string): RehearsedWrite[];
}

/**
 * Members that only pretend to be written to, each connected once.
 *
 * @param ports.dryRunMembers absent: their servers are not asked
 */
export function rehearsedMembers(ports: {
  readonly members: Members;
  readonly dryRunMembers?: Members;
  readonly note: (text: string) => void;
}): RehearsedMembers {
  const known = new Map<string, RehearsedMember>();

  async function connect(kubeFedCluster: Parameters<Members['connect']>[0]) {
    const name = stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
    const kept = known.get(name);
    if (kept !== undefined) return { ok: true, value: kept.cluster } as const;
    const [real, dryRun] = await Promise.all([
      ports.members.connect(kubeFedCluster),
      ports.dryRunMembers?.connect(kubeFedCluster),
    ]);
    if (!real.ok) return real;
    const member = rehearsedMember(real.value, dryRun?.ok ? dryRun.value : undefined);
    known.set(name, member);
    return { ok: true, value: member.cluster } satisfies ApiResult<Cluster>;
  }

  return {
    connect,
    take(name) {
      const member = known.get(name);
      for (const text of member?.notes ?? []) ports.note(`${name}: ${text}`);
      return member?.take() ?? [];
    },
  };
}
