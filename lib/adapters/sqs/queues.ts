import { createHash, randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type {
  ChangeQueue,
  JobQueue,
  OutcomeQueue,
  PreferenceQueue,
  ProbeQueue,
  RecordQueue,
  StatusChangeQueue,
  ZoneQueue,
} from '../../ports.ts';
import { sqsQueue } from './queue.ts';

/** Group of a federated object: one writer at a time for its plan, and one for its status. */
export function objectGroup(subject: {
  type: string;
  namespace?: string | undefined;
  name?: string | undefined;
}) {
  return digest(subject.type, subject.namespace ?? '', subject.name ?? '*');
}

/** Group of an object in one member: a dead member or a bad object blocks nothing else. */
export function jobGroup(job: {
  cluster: string;
  type: string;
  namespace?: string | undefined;
  name: string;
}) {
  return digest(job.cluster, job.type, job.namespace ?? '', job.name);
}

/** Every message counts: the id is random, so that SQS never takes a second edit for a copy of the first. */
const unique = () => randomUUID();

export function changeQueue(client: SQSClient, url: string): ChangeQueue {
  return sqsQueue(client, url, {
    groupOf: (message) =>
      objectGroup(
        message.kind === 'object' ? message : { ...message, type: `sweep:${message.type}` },
      ),
    deduplicationIdOf: unique,
  });
}

export function jobQueue(client: SQSClient, url: string): JobQueue {
  return sqsQueue(client, url, { groupOf: jobGroup, deduplicationIdOf: unique });
}

export function outcomeQueue(client: SQSClient, url: string): OutcomeQueue & StatusChangeQueue {
  return sqsQueue(client, url, { groupOf: objectGroup, deduplicationIdOf: unique });
}

export function recordQueue(client: SQSClient, url: string): RecordQueue {
  return sqsQueue(client, url, {
    groupOf: (message) =>
      message.kind === 'all'
        ? digest('all')
        : digest(message.kind, message.namespace, message.name),
    deduplicationIdOf: unique,
  });
}

/** Group of a preference: one writer at a time for the replicas of its federated object. */
export function preferenceQueue(client: SQSClient, url: string): PreferenceQueue {
  return sqsQueue(client, url, {
    groupOf: (message) =>
      message.kind === 'all' ? digest('all') : digest(message.namespace, message.name),
    deduplicationIdOf: unique,
  });
}

/** One writer for each zone: Route 53 takes one change of a zone at a time. */
export function zoneQueue(client: SQSClient, url: string): ZoneQueue {
  return sqsQueue(client, url, { groupOf: ({ zone }) => zone, deduplicationIdOf: unique });
}

/** The one standard queue: the order of probes does not matter, and each message may have a delay of its own. */
export function probeQueue(client: SQSClient, url: string): ProbeQueue {
  return sqsQueue(client, url, {
    delaySecondsOf: (message) => (message.kind === 'round' ? message.afterSeconds : 0),
  });
}

/** Names may be longer than the 128 characters that a group id may have. */
function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}
