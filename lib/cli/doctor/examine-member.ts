import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../../model/json.ts';
import { apiVersionOf } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster } from '../../ports.ts';
import type { OpenMembers } from '../connect/open-members.ts';
import { clusterLine } from '../status/overview.ts';
import { accessReviews } from './access-reviews.ts';
import type { MemberExam, MissingTarget } from './check-member.ts';
import type { Seen } from './finding.ts';

const TIMEOUT_SECONDS = 5;

export interface MemberQuestions {
  /** the types that are propagated */
  readonly types: readonly FederatedType[];
  /** the only namespace that is federated; absent where all are */
  readonly namespace?: string;
}

/**
 * Looks at one member: one call to see whether it answers, one for each API version of the types, and a review for each
 * thing that the functions do there, all at once.
 *
 * @returns its exam, and how far its clock is ahead, where it answered
 */
export async function examineMember(
  members: OpenMembers,
  kubeFedCluster: JsonObject,
  questions: MemberQuestions,
): Promise<{ readonly exam: MemberExam; readonly skewSeconds?: number }> {
  const line = clusterLine(kubeFedCluster);
  const eks = objectAt(kubeFedCluster, 'spec', 'eks') !== undefined;
  const opened = await members.open(kubeFedCluster);
  if (!opened.ok) {
    const reached = { reached: false, kind: 'NotOpened', why: opened.why } as const;
    return { exam: { line, eks, reached } };
  }
  const { cluster, skewSeconds } = opened.member;
  const version = await cluster.raw('/version', TIMEOUT_SECONDS);
  if (!version.ok) {
    const { kind, message } = version.error;
    return { exam: { line, eks, reached: { reached: false, kind, why: message } } };
  }
  const [missingTargets, denied] = await Promise.all([
    findMissingTargets(cluster, questions.types),
    findDenied(cluster, eks, questions),
  ]);
  const gitVersion = stringAt(parse(version.value), 'gitVersion') ?? 'an unknown version';
  const reached = { reached: true, version: gitVersion } as const;
  const skew = skewSeconds();
  return {
    exam: { line, eks, reached, missingTargets, denied },
    ...(skew === undefined ? {} : { skewSeconds: skew }),
  };
}

async function findMissingTargets(
  cluster: Cluster,
  types: readonly FederatedType[],
): Promise<Seen<readonly MissingTarget[]>> {
  const byVersion = Map.groupBy(types, ({ target }) => apiVersionOf(target));
  const found = await Promise.all(
    [...byVersion].map(async ([apiVersion, ofVersion]): Promise<Seen<MissingTarget[]>> => {
      const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const listed = await cluster.raw(path, TIMEOUT_SECONDS);
      if (!listed.ok && listed.error.kind !== 'NotFound') {
        return { seen: false, why: listed.error.message };
      }
      const plurals = new Set(
        listAt(parse(listed.ok ? listed.value : ''), 'resources').map((one) =>
          stringAt(one, 'name'),
        ),
      );
      const lacking = ofVersion.filter(({ target }) => !plurals.has(target.plural));
      if (lacking.length === 0) return { seen: true, value: [] };
      const versions = await servedVersionsOf(cluster, lacking[0]?.target.group ?? '');
      const value = lacking.map(({ name, target }) => ({
        type: name,
        target: `${apiVersion} ${target.plural}`,
        versions,
      }));
      return { seen: true, value };
    }),
  );
  const unseen = found.find((one) => !one.seen);
  if (unseen !== undefined) return unseen;
  return { seen: true, value: found.flatMap((one) => (one.seen ? one.value : [])) };
}

async function servedVersionsOf(cluster: Cluster, group: string): Promise<string[]> {
  if (group === '') return ['v1'];
  const answer = await cluster.raw(`/apis/${group}`, TIMEOUT_SECONDS);
  const versions = listAt(parse(answer.ok ? answer.value : ''), 'versions');
  return versions.map((one) => stringAt(one, 'groupVersion') ?? '');
}

async function findDenied(
  cluster: Cluster,
  eks: boolean,
  questions: MemberQuestions,
): Promise<Seen<readonly string[]>> {
  const answers = await Promise.all(
    accessReviews({ eks, ...questions }).map(async ({ what, resource, object }) => ({
      what,
      answer: await cluster.create(resource, object),
    })),
  );
  const denied: string[] = [];
  for (const { what, answer } of answers) {
    if (!answer.ok) return { seen: false, why: answer.error.message };
    if (valueAt(answer.value, 'status', 'allowed') !== true) denied.push(what);
  }
  return { seen: true, value: denied };
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
