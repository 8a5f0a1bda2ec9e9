import type { Command } from 'commander';
import { parseBoolean, parseSeconds } from './flags.ts';
import type { Invocation } from './invocation.ts';
import { addMarkCommand } from './mark-command.ts';

const HELP = `
The cluster gets no more replicas (as with cordon). Its DNS record sets go at once, unless no other cluster is healthy:
then they stay until one is. Each of its replicas goes when another is Ready elsewhere.

Objects without a ReplicaSchedulingPreference are not touched: they stay in the cluster, and so do the Deployments,
with 0 replicas. Resolvers may lead to the cluster until the TTL of the records is over.

After the timeout, or Ctrl-C, the cluster stays drained.

Examples:
  # empty cluster1 before an upgrade, and wait until it is
  kubefed-eks drain cluster1

  # what that would move
  kubefed-eks drain cluster1 --dry-run

  # not wait, or 20 minutes
  kubefed-eks drain cluster1 --wait=false
  kubefed-eks drain cluster1 --timeout 1200

  # when the upgrade is over
  kubefed-eks uncordon cluster1`;

/** Adds `drain`. */
export function addDrain(program: Command, invocation: Invocation): void {
  const description = 'move replicas and DNS records of a cluster to the others';
  addMarkCommand(program, invocation, 'drain', { description, help: HELP })
    .option('--wait <bool>', 'wait until the cluster is empty', parseBoolean, true)
    .option('--timeout <seconds>', 'how long to wait at most; 0: no end', parseSeconds, 300);
}
