import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EmulatedAws, startEmulatedAws } from '../environment/emulated-aws.ts';
import { runCommand } from '../environment/run-command.ts';
import { openCdk, settingsFor } from './deploy.ts';
import { type DnsAccount, openDnsAccount } from './dns-account.ts';
import { contextOf, writeKubeconfig } from './kubeconfig.ts';
import { type Scene, STEPS } from './steps.ts';

const REGIONS = { cluster0: 'us-west-2', cluster1: 'us-east-1', cluster2: 'eu-west-1' };
const CLI = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'main.ts');

interface Played {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly detail: string;
}

const { values: flags } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  process.stdout.write(`npm start [-- --keep] [-- --json]

Starts three Kubernetes control planes and an emulated AWS account, deploys the federation with the CDK
and plays a day with it.

  --keep   leave everything running at the end and say how to reach it
  --json   one JSON document on stdout instead of the table
`);
  process.exit(0);
}

const started = performance.now();
const played: Played[] = [];
let aws: EmulatedAws | undefined;
const ok = await playAll();
const seconds = secondsSince(started);
if (flags.json) process.stdout.write(`${JSON.stringify({ ok, seconds, steps: played })}\n`);
else process.stdout.write(summary());
if (ok && flags.keep && aws !== undefined) await keep(aws);
await aws?.stop();
process.exit(ok ? 0 : 1);

async function playAll(): Promise<boolean> {
  let dns: DnsAccount | undefined;
  const up = await play('three clusters in three Regions, an AWS account', async () => {
    aws = await startEmulatedAws(REGIONS, () => undefined);
    dns = await openDnsAccount(aws);
    return Object.entries(REGIONS)
      .map(([name, region]) => `${name} ${region}`)
      .join(', ');
  });
  if (!up || aws === undefined || dns === undefined) return false;
  const cdk = await openCdk(aws, settingsFor(aws, dns.zoneId));
  const scene = sceneOf(aws, dns);
  const steps = [
    { name: 'cdk bootstrap', run: () => cdk.bootstrap().then(() => 'the account is ready') },
    { name: 'cdk deploy', run: () => cdk.deploy().then(() => 'queues, functions, CRDs, types') },
    ...STEPS,
  ];
  for (const step of steps) if (!(await play(step.name, () => step.run(scene)))) return false;
  return true;
}

async function play(name: string, run: () => Promise<string>): Promise<boolean> {
  const beganMs = performance.now();
  let result: { ok: boolean; detail: string };
  try {
    result = { ok: true, detail: await run() };
  } catch (error) {
    result = { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
  const step = { name, ...result, seconds: secondsSince(beganMs) };
  played.push(step);
  const time = `${step.seconds.toFixed(1)} s`.padStart(7);
  process.stderr.write(`${mark(step.ok)} ${time}  ${name}: ${step.detail}\n`);
  return result.ok;
}

function sceneOf(emulated: EmulatedAws, dns: DnsAccount): Scene {
  const { cluster0: host, cluster1: one, cluster2: two } = emulated.clusters;
  if (!host || !one || !two) throw new Error('a cluster is missing');
  const KUBECONFIG = writeKubeconfig([host, one, two]);
  const env = { ...process.env, ...emulated.environment, KUBECONFIG };
  const kubefedEks = (...args: string[]) => runCommand(process.execPath, [CLI, ...args], env);
  return { aws: emulated, dns, host, one, two, contextOf, kubefedEks };
}

function summary(): string {
  const passed = played.filter((step) => step.ok).length;
  return `\n${passed} of ${played.length} steps came out as expected in ${seconds.toFixed(0)} s\n`;
}

async function keep(emulated: EmulatedAws): Promise<void> {
  const lines = Object.values(emulated.clusters).map(
    ({ name, region, plane }) => `  ${name} (${region}): KUBECONFIG=${plane.kubeconfigPath}`,
  );
  process.stdout.write(`
Everything keeps running until Ctrl-C:
${lines.join('\n')}
  AWS: AWS_ENDPOINT_URL=${emulated.miniStack.endpoint}, log in ${emulated.miniStack.logPath}

Try, with cluster0's KUBECONFIG:
  kubectl apply -f examples/first-steps/
  kubectl -n test get federateddeployments
`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

function mark(isGood: boolean): string {
  if (!process.stderr.isTTY) return isGood ? 'ok  ' : 'FAIL';
  return isGood ? '\u001b[32m✔\u001b[0m' : '\u001b[31m✘\u001b[0m';
}

function secondsSince(ms: number): number {
  return Math.round(performance.now() - ms) / 1000;
}
