import { type JsonObject, stringAt, valueAt } from '../../model/json.ts';
import type { Job } from '../../model/messages.ts';
import { objectKey, qualifiedName, type Resource } from '../../model/resource.ts';
import type { Cluster } from '../../ports.ts';
import { unwrapIfFound } from '../unwrap.ts';

/** Reads federated objects for jobs: once for all members of one object that a worker serves. */
export interface FederatedReader {
  /**
   * @returns the object as it is now; undefined when it is gone, is being deleted, or has another generation than was
   *   planned (a newer plan is on its way)
   * @param attempt at the first try the state that was planned is good enough, or any later one; at another try what was
   *   kept is not: the object may have changed or gone meanwhile
   * @throws {HostError} the host cannot be read
   */
  read(resource: Resource, job: Job, attempt: number): Promise<JsonObject | undefined>;
}

const KEPT_AT_MOST = 500;

/** Keeps what was read under the resourceVersion that the job was planned from, so that a stale copy is never used. */
export function federatedReader(host: Cluster): FederatedReader {
  const kept = new Map<string, Promise<JsonObject | undefined>>();

  async function readNow(
    resource: Resource,
    job: Job,
    notOlderThan: string | undefined,
  ): Promise<JsonObject | undefined> {
    const key = objectKey(job.namespace, job.name);
    const federated = unwrapIfFound(await host.get(resource, key, notOlderThan));
    const current =
      federated !== undefined &&
      stringAt(federated, 'metadata', 'uid') === job.plan.uid &&
      valueAt(federated, 'metadata', 'generation') === job.plan.generation &&
      valueAt(federated, 'metadata', 'deletionTimestamp') === undefined;
    return current ? federated : undefined;
  }

  return {
    read(resource, job, attempt) {
      const object = qualifiedName(objectKey(job.namespace, job.name));
      const id = `${resource.plural}/${object}/${job.plan.uid}/${job.plan.resourceVersion}`;
      const known = kept.get(id);
      if (known !== undefined && attempt === 1) return known;
      const notOlderThan = attempt === 1 ? job.plan.resourceVersion : undefined;
      const reading = readNow(resource, job, notOlderThan);
      kept.set(id, reading);
      reading.then(
        (federated) => federated === undefined && kept.delete(id),
        () => kept.delete(id),
      );
      if (kept.size > KEPT_AT_MOST) kept.delete(kept.keys().next().value ?? '');
      return reading;
    },
  };
}
