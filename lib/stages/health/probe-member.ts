import type { ProbeResult } from '../../core/health.ts';
import { probeCause } from '../../core/probe-cause.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { NODES } from '../../model/resources.ts';
import type { Clock, Cluster, Members } from '../../ports.ts';

export interface ProbeQuestions {
  /** for each request */
  readonly timeoutSeconds: number;
  readonly asksVersion: boolean;
  readonly listsNodes: boolean;
}

export interface Probed {
  readonly result: ProbeResult;
  /** metadata alone; absent when they were not asked for, or may not be listed */
  readonly nodes?: readonly JsonObject[];
}

/** For what comes before the request is under way: a Secret, DescribeCluster, a ping over an old connection. */
const EXTRA_SECONDS = 4;

/**
 * Asks one member how it is. Whatever it does, the answer is there after its timeout and a few seconds.
 *
 * @returns refusals and silence are results; never throws
 */
export async function probeMember(
  ports: { readonly members: Members; readonly clock: Clock },
  kubeFedCluster: JsonObject,
  questions: ProbeQuestions,
): Promise<Probed> {
  const { timeoutSeconds } = questions;
  const patienceSeconds = timeoutSeconds + EXTRA_SECONDS;
  const heard = await within(ports.clock, patienceSeconds, ask(ports, kubeFedCluster, questions));
  if (heard === undefined) {
    const message = `timeout: no answer within ${patienceSeconds} seconds`;
    return { result: { found: 'silence', message } };
  }
  if ('result' in heard) return heard;
  const { member, body } = heard;
  const [version, nodes] = await Promise.all([
    questions.asksVersion
      ? within(ports.clock, timeoutSeconds, member.raw('/version', timeoutSeconds))
      : undefined,
    // Who joined before zones were told may not list nodes: then there are none.
    questions.listsNodes
      ? within(ports.clock, timeoutSeconds, member.list(NODES, { metadataOnly: true }))
      : undefined,
  ]);
  const gitVersion = version?.ok ? gitVersionOf(version.value) : undefined;
  return {
    result: { found: 'answer', body, ...(gitVersion === undefined ? {} : { gitVersion }) },
    ...(nodes?.ok ? { nodes: nodes.value.items } : {}),
  };
}

async function ask(
  ports: { readonly members: Members },
  kubeFedCluster: JsonObject,
  { timeoutSeconds }: ProbeQuestions,
): Promise<Probed | { readonly member: Cluster; readonly body: string }> {
  const connected = await ports.members.connect(kubeFedCluster);
  if (!connected.ok) return { result: { found: 'malformed', message: connected.error.message } };
  const healthz = await connected.value.raw('/healthz', timeoutSeconds);
  if (healthz.ok) return { member: connected.value, body: healthz.value };
  return { result: { found: 'silence', message: probeCause(healthz.error) } };
}

/** @returns undefined when it took longer; it goes on, and nobody hears of it */
async function within<T>(clock: Clock, seconds: number, work: Promise<T>): Promise<T | undefined> {
  const stopWaiting = new AbortController();
  const patience = clock.sleep(seconds * 1000, stopWaiting.signal).then(() => undefined);
  try {
    return await Promise.race([work, patience]);
  } finally {
    stopWaiting.abort();
  }
}

function gitVersionOf(body: string): string | undefined {
  try {
    return stringAt(JSON.parse(body), 'gitVersion');
  } catch {
    return undefined;
  }
}
