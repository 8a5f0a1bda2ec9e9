import { parseArgs } from 'node:util';
import { type ApiCalls, describeCalls } from '../environment/api-calls.ts';
import { startFastFederation } from '../environment/fast-federation.ts';
import {
  type Burst,
  burst,
  cleanup,
  floorSeconds,
  type Latency,
  oneByOne,
  prepare,
  writesAtRest,
} from './measure.ts';

const { values: flags } = parseArgs({
  options: {
    members: { type: 'string', default: '2' },
    objects: { type: 'string', default: '1000' },
    times: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  process.stdout.write(`npm run bench -- [--members 2] [--objects 1000] [--times 100] [--json]

Measures the whole pipeline on the fast local runtime with real API servers, beside the floor: the same
objects written into the members directly, in the same run.

  --times    objects that are created, and then updated, one after the other
  --verbose  what the functions log, and every call counted, on stderr
`);
  process.exit(0);
}

const members = Number(flags.members);
const objects = Number(flags.objects);
const progress = (line: string) => process.stderr.write(`${line}\n`);

// The servers collect garbage as they do in a cluster, so that figures can be held against those of others.
process.env['GOGC'] ??= '100';
process.env['GOMEMLIMIT'] ??= 'off';

const federation = await startFastFederation({
  members,
  onProgress: progress,
  ...(flags.verbose ? { onLog: (name: string, line: string) => progress(`${name}: ${line}`) } : {}),
});
try {
  const report = await measure();
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : table(report));
} finally {
  await federation.stop();
}
process.exit(0);

async function measure() {
  progress('preparing a namespace in every member');
  await prepare(federation);
  progress(`the floor: ${objects} objects × ${members} members directly`);
  const floor = await floorSeconds(federation, objects);
  progress(`one by one: ${flags.times} creates, ${flags.times} updates`);
  const { create, update } = await oneByOne(federation, Number(flags.times));
  progress(`a burst of ${objects} objects`);
  const many = await burst(federation, objects);
  progress('at rest');
  const written = await writesAtRest(federation);
  progress('deleting the namespace');
  const cleaned = await cleanup(federation);
  if (flags.verbose) {
    for (const call of describeCalls(many.hostCalls)) progress(`host, burst: ${call}`);
    for (const call of describeCalls(many.memberCalls)) progress(`members, burst: ${call}`);
    for (const call of written) progress(`at rest: ${call}`);
  }
  return {
    members,
    objects,
    create,
    update,
    burst: burstFigures(many, floor),
    cleanup: cleaned,
    calls: {
      // Our own creates are the user's, not the federation's.
      hostPerObject: perObject(many.hostCalls, objects) - 1,
      memberPerObject: Math.round((100 * perObject(many.memberCalls, objects)) / members) / 100,
    },
    atRest: { writes: written.length },
  };
}

function burstFigures(many: Burst, floor: number) {
  return {
    seconds: many.seconds,
    objectsPerSecond: Math.round((10 * objects) / many.seconds) / 10,
    statusSeconds: many.statusSeconds,
    floorSeconds: floor,
    ratioToFloor: Math.round((100 * many.seconds) / floor) / 100,
  };
}

function perObject(calls: ApiCalls, count: number): number {
  const total = [...calls]
    .filter(([key]) => !key.startsWith('WATCH'))
    .reduce((sum, [, times]) => sum + times, 0);
  return Math.round((100 * total) / count) / 100;
}

function table(report: Awaited<ReturnType<typeof measure>>): string {
  const latency = ({ p50Ms, p99Ms }: Latency) => `p50 ${p50Ms} ms, p99 ${p99Ms} ms`;
  const { burst: many, cleanup: cleaned, calls } = report;
  const rows: [string, string][] = [
    [`create one object in ${members} members`, latency(report.create)],
    [`update one object in ${members} members`, latency(report.update)],
    [
      `burst of ${objects} × ${members}`,
      `${many.seconds} s (${many.objectsPerSecond} objects/s); reported after ${many.statusSeconds} s`,
    ],
    ['floor of the same burst', `${many.floorSeconds} s; we take ${many.ratioToFloor} ×`],
    ['delete the namespace', `members ${cleaned.membersSeconds} s, host ${cleaned.hostSeconds} s`],
    [
      'calls per created object',
      `host ${calls.hostPerObject}, each member ${calls.memberPerObject}`,
    ],
    ['at rest', `${report.atRest.writes} writes`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `\n${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`;
}
