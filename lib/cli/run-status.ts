import { openHost } from './connect/open-host.ts';
import { openMembers } from './connect/open-members.ts';
import { openQueues } from './connect/open-queues.ts';
import type { Invocation } from './invocation.ts';
import type { StatusRequest } from './requests.ts';
import { objectView } from './status/object-view.ts';
import { overviewOf } from './status/overview.ts';
import { objectText } from './status/print-object.ts';
import { overviewText, type PrintOptions } from './status/print-overview.ts';
import { type ObjectPorts, type ObjectRequest, readObjectFacts } from './status/read-object.ts';
import { type OverviewPorts, readOverview } from './status/read-overview.ts';

/** What was seen at one moment. */
export interface Sight {
  /** printed by `--output json` */
  readonly document: object;
  /** changes whenever something worth telling has */
  readonly fingerprint: string;
  text(options: PrintOptions): string;
}

/** `status`, with the kubeconfig as it is. @throws CommandError */
export async function runStatus(invocation: Invocation, request: StatusRequest): Promise<void> {
  const { host, namespace, skewSeconds } = await openHost(invocation, request);
  const members = openMembers(invocation, host.cluster, request.profile);
  const queues = openQueues(request.profile);
  const { clock } = invocation;
  const beyond = request.hostOnly ? {} : { beyond: { members, queues } };
  const { object } = request;
  const look =
    object === undefined
      ? () => lookAtAll({ host, clock, ...beyond }, request)
      : () =>
          lookAtOne({ host, ...(request.hostOnly ? {} : { members }) }, request.kubefedNamespace, {
            ...object,
            namespace: request.namespace ?? namespace,
          });
  await showSights(invocation, request, { look, skewSeconds });
}

/** @throws CommandError */
export async function lookAtAll(
  ports: OverviewPorts,
  request: Pick<StatusRequest, 'kubefedNamespace' | 'namespace'>,
): Promise<Sight> {
  const facts = await readOverview(ports, request.kubefedNamespace, request.namespace);
  const overview = overviewOf(facts);
  const { watchRenewed: _, clusters, ...rest } = overview;
  const steady = clusters.map(({ latencyMs: _, ...cluster }) => cluster);
  return {
    document: overview,
    fingerprint: JSON.stringify({ ...rest, clusters: steady }),
    text: (options) => overviewText(overview, options),
  };
}

/** @throws CommandError */
export async function lookAtOne(
  ports: ObjectPorts,
  kubefedNamespace: string,
  request: ObjectRequest,
): Promise<Sight> {
  const view = objectView(await readObjectFacts(ports, kubefedNamespace, request));
  return {
    document: view,
    fingerprint: JSON.stringify(view),
    text: (options) => objectText(view, options),
  };
}

/**
 * Prints what is seen: once, or with `--watch` whenever it has changed, until Ctrl-C.
 *
 * @throws CommandError when nothing can be seen at the start; later that is told, and tried again
 */
export async function showSights(
  { terminal, clock, signal }: Pick<Invocation, 'terminal' | 'clock' | 'signal'>,
  request: Pick<StatusRequest, 'watch' | 'interval' | 'output'>,
  from: { look: () => Promise<Sight>; skewSeconds: () => number | undefined },
): Promise<void> {
  function print(sight: Sight, isFirst: boolean): void {
    const nowMs = clock.nowMs() + (from.skewSeconds() ?? 0) * 1000;
    const at = isFirst ? '' : `\n${new Date(nowMs).toISOString()}\n\n`;
    const text =
      request.output === 'json'
        ? JSON.stringify(sight.document, undefined, request.watch ? 0 : 2)
        : `${at}${sight.text({ colours: terminal.colours ?? false, nowMs })}`;
    terminal.result(text);
  }

  const first = await from.look();
  print(first, true);
  let shown = first.fingerprint;
  while (request.watch) {
    await clock.sleep(Math.max(1, request.interval) * 1000, signal);
    if (signal.aborted) return;
    try {
      const sight = await from.look();
      if (sight.fingerprint !== shown) print(sight, false);
      shown = sight.fingerprint;
    } catch (error) {
      terminal.failure(error);
    }
  }
}
