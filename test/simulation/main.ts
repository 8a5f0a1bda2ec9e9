/** `npm run simulate`: runs seeds of the simulation and prints one JSON document. */
import { parseArgs } from 'node:util';
import { DEFAULT_FAULT_RATE, type FailedRun, simulate } from './simulation.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    'fault-rate': { type: 'string', default: String(DEFAULT_FAULT_RATE) },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    sweep: { type: 'boolean', default: true },
  },
});

const seeds = Number(values.seeds);
const from = Number(values.from);
const faultRate = Number(values['fault-rate']);
const failed: FailedRun[] = [];
const startedMs = Date.now();
for (let seed = from; seed < from + seeds; seed++) {
  const failure = await simulate({
    ...{ seed, faultRate, sweep: values.sweep },
    ...(values.trace ? { trace: (line: string) => process.stderr.write(`${line}\n`) } : {}),
  });
  if (failure !== undefined) {
    failed.push(failure);
    process.stderr.write(`seed ${seed}: ${failure.problems.join('\n  ')}\n`);
  }
}
process.stderr.write(`${seeds} seeds, ${failed.length} failed, ${Date.now() - startedMs} ms\n`);
process.stdout.write(
  `${JSON.stringify({ seeds, failed: failed.map(({ seed, invariant, replay }) => ({ seed, invariant, replay })) })}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
