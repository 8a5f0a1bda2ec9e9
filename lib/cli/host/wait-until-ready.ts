import { isJsonObject, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { qualifiedName } from '../../model/resource.ts';
import { KUBEFED_CLUSTERS } from '../../model/resources.ts';
import type { Clock } from '../../ports.ts';
import { throwIfInterrupted } from '../changes.ts';
import { readObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { Side } from '../connect/side.ts';
import type { Terminal } from '../terminal.ts';

const POLL_MS = 1_000;
const NOT_PROBED = 'the health function has not looked at it yet';

export interface WaitOptions {
  readonly namespace: string;
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/**
 * Asks until the health function has found the cluster Ready.
 *
 * @throws CommandError NotReady with what the conditions say, Interrupted on Ctrl-C
 */
export async function waitUntilReady(host: Side, options: WaitOptions): Promise<void> {
  const { namespace, name, clock, signal, terminal, timeoutSeconds } = options;
  const startMs = clock.nowMs();
  for (;;) {
    throwIfInterrupted(signal);
    const cluster = await readObject(host, KUBEFED_CLUSTERS, { namespace, name });
    if (cluster === undefined) {
      const message = `KubeFedCluster ${namespace}/${name} was deleted while join waited for it`;
      throw new CommandError('NotReady', message, ['find out who deleted it, then join again']);
    }
    if (isReady(cluster)) return;
    const waitedSeconds = Math.round((clock.nowMs() - startMs) / 1000);
    if (waitedSeconds >= timeoutSeconds) throw notReady(cluster, options);
    const problem = problemOf(cluster) ?? NOT_PROBED;
    terminal.status(`waiting for ${name} to be Ready: ${problem}`, `(${waitedSeconds} s)`);
    await clock.sleep(POLL_MS, signal);
  }
}

/** @returns whether the condition Ready is True. Source: KubeFed v0.10.0, cluster health */
export function isReady(kubeFedCluster: JsonObject): boolean {
  return conditionsOf(kubeFedCluster).some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  );
}

function conditionsOf(kubeFedCluster: JsonObject): JsonObject[] {
  return listAt(kubeFedCluster, 'status', 'conditions').filter(isJsonObject);
}

/** What is wrong, in the health function's words. */
function problemOf(kubeFedCluster: JsonObject): string | undefined {
  const conditions = conditionsOf(kubeFedCluster);
  const bad =
    conditions.find((one) => one['type'] !== 'Ready' && one['status'] === 'True') ??
    conditions.find((one) => one['type'] === 'Ready');
  if (bad === undefined) return undefined;
  return (
    stringAt(bad, 'message') ?? stringAt(bad, 'reason') ?? `${bad['type']} is ${bad['status']}`
  );
}

function notReady(cluster: JsonObject, options: WaitOptions): CommandError {
  const { namespace, name, timeoutSeconds } = options;
  const problem = problemOf(cluster);
  const what = `KubeFedCluster ${qualifiedName({ namespace, name })}`;
  const message = `${what} was not Ready after ${timeoutSeconds} s: ${problem ?? NOT_PROBED}`;
  return new CommandError('NotReady', message, [
    ...remediesFor(problem),
    'the same command with --wait 0, which joins without waiting, or with a longer --wait',
  ]);
}

function remediesFor(problem: string | undefined): string[] {
  if (problem === undefined) {
    return ['look at the log of the health function: it runs on a schedule, is it enabled?'];
  }
  if (/unauthorized|\b401\b/i.test(problem)) {
    return [
      'deploy the control plane again: ConfigMap kubefed-eks may name roles that are not in use',
    ];
  }
  if (/not reachable|timed out|no answer|ECONN|ENOTFOUND|EAI_AGAIN/i.test(problem)) {
    return [
      'let the functions reach the endpoint: it may be private (deploy them into a VPC that is routed to it) or open to some addresses only',
    ];
  }
  return [];
}
