/** `npm test`: every tier, one after the other; the last line says how many checks passed and failed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Tier {
  readonly name: string;
  readonly run: (report: string) => Promise<Count>;
}

const BIN = join(import.meta.dirname, '..', 'node_modules', '.bin');
const ROOT = join(import.meta.dirname, '..');

const TIERS: readonly Tier[] = [
  { name: 'lint', run: () => oneCheck('biome', 'ci', '.') },
  { name: 'types', run: () => oneCheck('tsc', '-p', '.') },
  { name: 'unit', run: (report) => vitest('unit', report) },
  { name: 'integration', run: (report) => vitest('integration', report) },
  { name: 'walk-through', run: walkThrough },
];

const folder = await mkdtemp(join(tmpdir(), 'kubefed-eks-test-'));
const lines: string[] = [];
let passed = 0;
let failed = 0;
for (const { name, run } of TIERS) {
  process.stdout.write(`\n── ${name}\n`);
  const startedMs = performance.now();
  const count = await run(join(folder, `${name}.json`));
  passed += count.passed;
  failed += count.failed;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const counts = `${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed`;
  lines.push(`${name.padEnd(14)}${counts} ${seconds.padStart(7)} s`);
}
await rm(folder, { recursive: true, force: true });
process.stdout.write(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

/** A tool that only says yes or no counts as one check. */
async function oneCheck(tool: string, ...args: string[]): Promise<Count> {
  const code = await run(join(BIN, tool), args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(project: string, report: string): Promise<Count> {
  // Thousands of unit tests are dots; of those that take minutes a person wants to know which one is on.
  const shown = project === 'unit' ? 'dot' : 'default';
  const reporters = [`--reporter=${shown}`, '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(join(BIN, 'vitest'), ['run', '--project', project, ...reporters]);
  const counted = await readCount(report);
  // A crash outside of any test is a failure too.
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

async function readCount(report: string): Promise<Count> {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8'));
    return { passed: Number(numPassedTests), failed: Number(numFailedTests) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function walkThrough(): Promise<Count> {
  const main = join(ROOT, 'test', 'walkthrough', 'main.ts');
  const child = spawn(process.execPath, [main, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  try {
    const { steps } = JSON.parse(output) as { steps: { ok: boolean }[] };
    const good = steps.filter((step) => step.ok).length;
    return { passed: good, failed: steps.length - good };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  return code ?? 1;
}
