import type { QueueDepth } from '../../adapters/sqs/queue-depth.ts';
import { type Finding, ok, problem, type Seen } from './finding.ts';

/** By name of queue, undefined for one that is not there. */
export type Depths = ReadonlyMap<string, QueueDepth | undefined>;

const DEAD = '-dead';

/** Are the queues there, and has anything been put aside? */
export function checkQueues(depths: Seen<Depths>): Finding[] {
  if (!depths.seen) {
    const message = `they cannot be seen: ${depths.why}`;
    const remedy = 'allow sqs:GetQueueAttributes, or another identity with --profile';
    return [problem('notSeen', 'queues', message, remedy)];
  }
  const findings = [...depths.value].flatMap(([name, depth]) => checkQueue(name, depth));
  if (findings.length > 0) return findings;
  return [ok('queues', `${depths.value.size} queues are there, without dead letters`)];
}

function checkQueue(name: string, depth: QueueDepth | undefined): Finding[] {
  if (depth === undefined) {
    const remedy = 'npm run deploy (cdk deploy), which makes it';
    return [problem('error', `queue ${name}`, 'it does not exist', remedy)];
  }
  const dead = depth.waiting + depth.inFlight;
  if (!name.endsWith(DEAD) || dead === 0) return [];
  const of = name.slice(0, -DEAD.length);
  const message = `${dead} dead letters: what they stand for has failed and is not tried again`;
  return [
    problem('warning', `queue ${of}`, message, `docs/runbook.md, section "Dead letters in ${of}"`),
  ];
}
