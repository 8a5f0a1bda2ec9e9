import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { writeBlogKubeconfig } from '../environment/blog-kubeconfig.ts';
import { startFastFederation } from '../environment/fast-federation.ts';
import { runCommand } from '../environment/run-command.ts';
import { must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

/**
 * Plays KubeFed's own kubefedctl 0.10 against a host of ours, on real API servers, and says what each command did:
 * `node test/kubefedctl/main.ts`. With `--record <file>`, what it says at `-v=9` is written there.
 */

const say = (line: string) => process.stdout.write(`${line}\n`);
const record = process.argv.indexOf('--record');
const recordPath = record === -1 ? undefined : process.argv[record + 1];
const HOST = ['--host-cluster-context', 'nick0-cluster0'];
const script = join(import.meta.dirname, '..', '..', 'scripts', 'kubefedctl.sh');
const kubefedctl = (await runCommand('sh', [script], process.env)).trim();
const federation = await startFastFederation({ members: 2, joins: false, onProgress: say });
const { host } = federation;
const kubeconfig = writeBlogKubeconfig(federation);
let failures = 0;
let log = '';

try {
  await play();
} finally {
  if (recordPath !== undefined) writeFileSync(recordPath, log);
  await federation.stop();
}
say(failures === 0 ? 'all as expected' : `${failures} not as expected`);
process.exitCode = failures === 0 ? 0 : 1;

async function play(): Promise<void> {
  for (const [i, name] of ['cluster0', 'cluster1', 'cluster2'].entries()) {
    await run('join', name, '--cluster-context', `nick${i}-${name}`, ...HOST, '--v=2');
  }
  await expectThat('clusters are Ready', async () => {
    const clusters = must(await host.api.list(KUBEFED_CLUSTERS)).items;
    const seen = JSON.stringify(clusters.map((one) => one['status']));
    return { done: seen.split('"ClusterReady"').length === 4, seen };
  });
  must(await host.api.create(NAMESPACES, { metadata: { name: 'shop' } }));
  const app = { namespace: 'shop', name: 'app' };
  must(await host.api.create(CONFIG_MAPS, { metadata: app, data: { color: 'teal' } }));
  await run('federate', 'namespace', 'shop', '--contents', '--skip-api-resources', 'pods', ...HOST);
  await expectThat('the contents are in every member', async () => {
    const found = await Promise.all(federation.members.map(({ api }) => api.get(CONFIG_MAPS, app)));
    return { done: found.every(({ ok }) => ok), seen: found };
  });
  await run('federate', 'configmap', 'app', '-n', 'shop', '-o', 'yaml', ...HOST);
  for (const action of ['status', 'enable', 'status', 'disable']) {
    await run('orphaning-deletion', action, 'federatedconfigmap', 'app', '-n', 'shop', ...HOST);
  }
  await run('enable', 'roles.rbac.authorization.k8s.io', ...HOST);
  await run('disable', 'roles.rbac.authorization.k8s.io', '--delete-crd', ...HOST);
  await run('disable', 'secrets', ...HOST);
  await run('enable', 'secrets', ...HOST);
  for (const [i, name] of ['cluster2', 'cluster1', 'cluster0'].entries()) {
    await run('unjoin', name, '--cluster-context', `nick${2 - i}-${name}`, ...HOST, '--v=2');
  }
  await expectThat('nobody is a member', async () => {
    const clusters = must(await host.api.list(KUBEFED_CLUSTERS)).items;
    return { done: clusters.length === 0, seen: clusters };
  });
}

async function run(...args: string[]): Promise<void> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const verbose = recordPath === undefined ? args : [...args.filter((a) => a !== '--v=2'), '--v=9'];
  try {
    const done = await promisify(execFile)(kubefedctl, verbose, { env, maxBuffer: 2 ** 27 });
    log += `$ ${args.join(' ')}\n${done.stderr}\n${done.stdout}\n`;
    say(`ok   kubefedctl ${args.join(' ')}`);
    if (done.stdout !== '') say(done.stdout.trimEnd().replaceAll(/^/gm, '     '));
  } catch (error) {
    failures += 1;
    log += `$ ${args.join(' ')}\n${String(error)}\n`;
    say(`FAIL kubefedctl ${args.join(' ')}\n${String(error).slice(-1500)}`);
  }
}

async function expectThat(
  what: string,
  look: () => Promise<{ readonly done: boolean; readonly seen: unknown }>,
): Promise<void> {
  try {
    await until(what, 60, look);
    say(`ok   ${what}`);
  } catch (error) {
    failures += 1;
    say(`FAIL ${String(error).slice(0, 1500)}`);
  }
}
