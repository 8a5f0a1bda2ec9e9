/** What one core plays of a simulation: every `step`-th seed; each is reported as it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from './simulation.ts';

export interface SeedRange {
  readonly first: number;
  readonly step: number;
  /** the first seed that is not played any more */
  readonly end: number;
  readonly faultRate: number;
  readonly sweep: boolean;
}

// Given by the thread that started this one.
const { first, step, end, faultRate, sweep } = workerData as SeedRange;
for (let seed = first; seed < end; seed += step) {
  parentPort?.postMessage(await simulate({ seed, faultRate, sweep }));
}
