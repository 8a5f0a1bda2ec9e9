import { type JsonObject, stringAt } from '../model/json.ts';

/** @returns when a deletion stops waiting for members out of reach, in ms since the epoch; undefined when none is under way */
export function deletionDueMs(object: JsonObject, deadlineSeconds: number): number | undefined {
  const deletedAt = stringAt(object, 'metadata', 'deletionTimestamp');
  const deletedAtMs = deletedAt === undefined ? Number.NaN : Date.parse(deletedAt);
  return Number.isNaN(deletedAtMs) ? undefined : deletedAtMs + deadlineSeconds * 1000;
}
