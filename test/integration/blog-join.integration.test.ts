import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { writeBlogKubeconfig } from '../environment/blog-kubeconfig.ts';
import { type FastFederation, startFastFederation } from '../environment/fast-federation.ts';
import { runCommand } from '../environment/run-command.ts';
import { must } from '../walkthrough/objects.ts';
import { makeConfigMap, makeNamespace, untilCopiesAre } from './config-map-copies.ts';

const CLI = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'main.ts');

/** As the walk-through of KubeFed on EKS has them; only the program is another. */
const JOINS = `
kubefedctl join cluster0 --cluster-context nick0-cluster0 \\
--host-cluster-context nick0-cluster0 --v=2
kubefedctl join cluster1 --cluster-context nick1-cluster1 \\
--host-cluster-context nick0-cluster0 --v=2
kubefedctl join cluster2 --cluster-context nick2-cluster2 \\
--host-cluster-context nick0-cluster0 --v=2
`;

let federation: FastFederation;
let kubeconfig: string;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, joins: false, onProgress: () => undefined });
  kubeconfig = writeBlogKubeconfig(federation);
}, 180_000);

afterAll(() => federation?.stop());

async function run(script: string): Promise<void> {
  const lines = script.replaceAll('\\\n', ' ').trim().split('\n');
  for (const line of lines) {
    const [, ...args] = line.split(/\s+/);
    const env = { ...process.env, KUBECONFIG: kubeconfig, AWS_EC2_METADATA_DISABLED: 'true' };
    await runCommand(process.execPath, [CLI, ...args], env);
  }
}

async function readyClusters(): Promise<string[]> {
  const { items } = must(await federation.host.api.list(KUBEFED_CLUSTERS));
  return items
    .filter((cluster) =>
      listAt(cluster, 'status', 'conditions').some(
        (one) => stringAt(one, 'type') === 'Ready' && stringAt(one, 'status') === 'True',
      ),
    )
    .map((cluster) => stringAt(cluster, 'metadata', 'name') ?? '')
    .sort();
}

describe('the lines of the walk-through', () => {
  it('5.1 join the host and two members, which are Ready then', async () => {
    await run(JOINS);

    expect(await readyClusters()).toEqual(['cluster0', 'cluster1', 'cluster2']);
  }, 180_000);

  it('5.1 change nothing the second time', async () => {
    const before = must(await federation.host.api.list(KUBEFED_CLUSTERS)).items;
    await run(JOINS);

    const after = must(await federation.host.api.list(KUBEFED_CLUSTERS)).items;
    const specs = (items: typeof after) => items.map((one) => one['spec']);
    expect(specs(after)).toEqual(specs(before));
  }, 180_000);

  it('3.14 take contents to the members, and adopt the namespace of the host', async () => {
    await makeNamespace(federation, 'test', { clusterSelector: {} });
    const key = { namespace: 'test', name: 'a' };
    const template = { data: { color: 'teal' } };
    await makeConfigMap(federation, key, { template, placement: { clusterSelector: {} } });

    await untilCopiesAre(federation, key, {
      'member-1': { color: 'teal' },
      'member-2': { color: 'teal' },
    });
    const namespace = must(await federation.host.api.get(NAMESPACES, { name: 'test' }));
    expect(namespace).toMatchObject({ metadata: { labels: { 'kubefed.io/managed': 'true' } } });
  }, 120_000);

  it('5.4 let go again with unjoin', async () => {
    await run(JOINS.replaceAll(' join ', ' unjoin '));

    expect(must(await federation.host.api.list(KUBEFED_CLUSTERS)).items).toEqual([]);
  }, 180_000);
});
