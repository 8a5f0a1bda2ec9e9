import type { Clock } from '../../ports.ts';
import { CommandError } from '../command-error.ts';
import type { Side } from '../connect/side.ts';
import { readFederation } from '../host/federation.ts';
import { findCluster } from '../host/find-cluster.ts';
import type { MarkRequest } from '../requests.ts';
import type { Terminal } from '../terminal.ts';
import { type Leftover, leftoversOf } from './leftovers.ts';
import { isMarked, type MarkAction, markCluster } from './mark-cluster.ts';
import { readDrainFacts } from './read-drain-facts.ts';
import { leftoverText, waitUntilDrained } from './wait-until-drained.ts';

export interface MarkPorts {
  readonly host: Side;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

const PAST: Readonly<Record<MarkAction, string>> = {
  cordon: 'cordoned',
  uncordon: 'uncordoned',
  drain: 'drained',
};

/**
 * `cordon`, `uncordon` and `drain`: marks the KubeFedCluster and, for a drain, waits until the cluster is empty. Says
 * on stdout what became of it, in kubectl's words.
 *
 * @throws CommandError ControlPlaneNotFound, ClusterNotFound, NotDrained when the time is over, or a refusal of the host
 * Source: kubectl cordon, uncordon and drain (the words)
 */
export async function markAndWait(ports: MarkPorts, request: MarkRequest): Promise<void> {
  const { host, terminal } = ports;
  const { action, dryRun, output, kubefedNamespace: namespace } = request;
  const federation = await readFederation(host, namespace);
  const cluster = findCluster(federation.clusters, namespace, request.name);
  const before = await markCluster(host, cluster, { namespace, action, dryRun });
  const { name } = before;
  const say = (wasSo: boolean, what: string) => {
    if (output === 'json') return;
    const suffix = dryRun ? ' (dry run)' : '';
    terminal.result(`kubefedcluster/${name} ${wasSo ? 'already ' : ''}${what}${suffix}`);
  };
  const document = { name, namespace, action, dryRun, changed: !isMarked(before, action) };
  const tell = (more: object) => {
    if (output !== 'json') return;
    terminal.result(JSON.stringify({ ...document, ...more }, undefined, 2));
  };
  if (action !== 'drain') {
    say(isMarked(before, action), PAST[action]);
    return tell({});
  }
  say(before.wasCordoned, PAST.cordon);
  terminal.progress(
    `objects without a ReplicaSchedulingPreference stay in ${name}: a drain moves replicas and DNS records alone`,
  );
  const look = async () => leftoversOf(name, await readDrainFacts(host, federation));
  if (dryRun || request.wait === false) {
    const left = await look();
    for (const one of left) terminal.progress(intended(one, dryRun));
    const isEmpty = before.wasDrained && left.length === 0;
    say(isEmpty, dryRun || isEmpty ? PAST.drain : 'draining');
    return tell({ done: isEmpty, left });
  }
  const { timeout: timeoutSeconds = 0 } = request;
  const left = await waitUntilDrained(name, look, { ...ports, timeoutSeconds });
  tell({ done: left.length === 0, left });
  if (left.length > 0) throw notDrained(name, left, timeoutSeconds);
  say(false, PAST.drain);
}

function intended({ what, is, replicas }: Leftover, dryRun: boolean): string {
  const things = is === 'recordSet' ? 'the record set' : `${replicas ?? 'the'} replicas`;
  return `${dryRun ? 'would move away' : 'on its way out'}: ${things} of ${what}`;
}

function notDrained(name: string, left: readonly Leftover[], seconds: number): CommandError {
  const all = left.map((one) => leftoverText(one)).join('; ');
  return new CommandError(
    'NotDrained',
    `KubeFedCluster ${name} was not empty after ${seconds} s: ${all}`,
    [
      'the same command again, to wait on: the cluster stays drained, and what is left goes on leaving',
      `kubefed-eks uncordon ${name}, which takes the drain back`,
    ],
  );
}
