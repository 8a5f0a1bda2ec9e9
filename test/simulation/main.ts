/** `npm run simulate`: runs seeds of the simulation on all cores and prints one JSON document. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { brokenByFlapping, runFlapping } from './flapping.ts';
import type { SeedRange } from './seed-range.ts';
import { DEFAULT_FAULT_RATE, type FailedRun, simulate } from './simulation.ts';

const PROGRESS_EVERY_SEEDS = 500;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    'fault-rate': { type: 'string', default: String(DEFAULT_FAULT_RATE) },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    sweep: { type: 'boolean', default: true },
    scenario: { type: 'string', default: 'storms' },
  },
});

const seeds = Number(values.seeds);
const from = Number(values.from);
const faultRate = Number(values['fault-rate']);
const startedMs = Date.now();
if (values.scenario === 'flapping') process.exit(await flapping());
const failed = values.trace ? await traced() : await onAllCores();
process.stderr.write(`${seeds} seeds, ${failed.length} failed, ${Date.now() - startedMs} ms\n`);
process.stdout.write(
  `${JSON.stringify({ seeds, failed: failed.map(({ seed, invariant, replay }) => ({ seed, invariant, replay })) })}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @returns the exit code */
async function flapping(): Promise<number> {
  let code = 0;
  for (const rebalance of [false, true]) {
    const quiet = await runFlapping({ seed: from, flaps: false, rebalance });
    const run = await runFlapping({ seed: from, flaps: true, rebalance });
    const broken = brokenByFlapping(quiet, run);
    const replay = `npm run simulate -- --scenario flapping --from ${from}`;
    process.stdout.write(
      `${JSON.stringify({ rebalance, quiet, flapping: run, broken, replay })}\n`,
    );
    if (broken.length > 0) code = 1;
  }
  return code;
}

async function traced(): Promise<FailedRun[]> {
  const failures: FailedRun[] = [];
  const trace = (line: string) => process.stderr.write(`${line}\n`);
  for (let seed = from; seed < from + seeds; seed++) {
    const failure = await simulate({ seed, faultRate, sweep: values.sweep, trace });
    if (failure === undefined) continue;
    failures.push(failure);
    tell(failure);
  }
  return failures;
}

async function onAllCores(): Promise<FailedRun[]> {
  const cores = Math.min(availableParallelism(), seeds);
  const failures: FailedRun[] = [];
  let done = 0;
  const take = (failure: FailedRun | undefined) => {
    done += 1;
    if (done % PROGRESS_EVERY_SEEDS === 0) process.stderr.write(`${done} of ${seeds} seeds\n`);
    if (failure === undefined) return;
    failures.push(failure);
    tell(failure);
  };
  await Promise.all(
    Array.from({ length: cores }, async (_, core) => {
      const workerData: SeedRange = {
        ...{ first: from + core, step: cores, end: from + seeds },
        ...{ faultRate, sweep: values.sweep },
      };
      const worker = new Worker(new URL('./seed-range.ts', import.meta.url), { workerData });
      worker.on('message', take);
      await once(worker, 'exit');
    }),
  );
  if (done < seeds) throw new Error(`${seeds - done} seeds were not played`);
  return failures.toSorted((a, b) => a.seed - b.seed);
}

function tell({ seed, problems }: FailedRun): void {
  process.stderr.write(`seed ${seed}: ${problems.join('\n  ')}\n`);
}
