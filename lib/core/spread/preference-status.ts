import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import type { ClusterMemory, Standing } from './standing.ts';

/** What is told of one cluster in the status of a preference. */
export interface ClusterReport {
  readonly name: string;
  readonly standing: Standing;
  readonly memory: ClusterMemory;
  /** what it is told to run; absent where the object is not placed */
  readonly replicas?: number;
}

export interface Finding {
  readonly scheduled: boolean;
  /** one word */
  readonly reason: string;
  readonly message: string;
  /** sorted by name; absent: what was known before still holds */
  readonly clusters?: readonly ClusterReport[];
  readonly unplaced?: number;
  /** when time alone may change the plan, RFC 3339 */
  readonly recheckAt?: string;
}

/** Condition of a ReplicaSchedulingPreference: whether every replica that it asks for has a place. */
export const SCHEDULED_CONDITION = 'Scheduled';

const STATES: Readonly<Record<Standing, string>> = {
  open: 'Open',
  cordoned: 'Cordoned',
  drained: 'Drained',
  held: 'Held',
  paused: 'Paused',
  lost: 'Lost',
};

/**
 * @param preference as it was read
 * @returns its status as it is to be; equal to what it has when nothing is news
 */
export function nextPreferenceStatus(
  preference: JsonObject,
  finding: Finding,
  nowIso: string,
): JsonObject {
  const { scheduled, reason, message, clusters, unplaced = 0, recheckAt } = finding;
  const status = scheduled ? 'True' : 'False';
  const before = listAt(preference, 'status', 'conditions').find(
    (each) => stringAt(each, 'type') === SCHEDULED_CONDITION,
  );
  const since = stringAt(before, 'status') === status && stringAt(before, 'lastTransitionTime');
  const condition: JsonObject = {
    type: SCHEDULED_CONDITION,
    status,
    reason,
    message,
    lastTransitionTime: since || nowIso,
  };
  const generation = valueAt(preference, 'metadata', 'generation');
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: [condition],
    clusters: clusters?.map(written) ?? listAt(preference, 'status', 'clusters'),
    ...(unplaced === 0 ? {} : { unplaced }),
    ...(recheckAt === undefined ? {} : { recheckAt }),
  };
}

/** @returns what the status remembers of each cluster, by name */
export function readMemories(preference: JsonObject): Map<string, ClusterMemory> {
  const entries = listAt(preference, 'status', 'clusters').filter(isJsonObject);
  return new Map(
    entries.map((entry) => {
      const { lostAt, losses } = entry;
      const memory = {
        lost: entry['lost'] === true,
        ...(typeof lostAt === 'string' ? { lostAt } : {}),
        losses: typeof losses === 'number' ? losses : 0,
      };
      return [stringAt(entry, 'name') ?? '', memory];
    }),
  );
}

function written({ name, standing, memory, replicas }: ClusterReport): JsonObject {
  const { lost, lostAt, losses } = memory;
  return {
    name,
    state: STATES[standing],
    ...(replicas === undefined ? {} : { replicas }),
    ...(lost ? { lost } : {}),
    ...(lostAt === undefined ? {} : { lostAt }),
    ...(losses === 0 ? {} : { losses }),
  };
}
