import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import type { Cluster } from '../../lib/ports.ts';
import { creatorEnvironment } from '../environment/fast-federation.ts';
import { DEPLOYMENTS, FEDERATED_CONFIG_MAPS, federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { testFederation } from './test-federation.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PATIENCE_SECONDS = 60;
const WIDGETS: Resource = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const FEDERATED_WIDGETS = federatedType('FederatedWidget');
const WIDGET_CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer', format: 'int32' },
                  color: { type: 'string' },
                },
              },
            },
          },
        },
      },
    ],
  },
};
const SHOP = { namespace: 'shop', name: 'app' };

const folder = mkdtempSync(join(tmpdir(), 'types-'));
const federation = testFederation({ members: 2 });
let host: Cluster;

beforeAll(async () => {
  host = federation.host.api;
  for (const api of [host, ...federation.members.map((member) => member.api)]) {
    must(await api.create(CUSTOM_RESOURCE_DEFINITIONS, WIDGET_CRD));
  }
  await create(NAMESPACES, { metadata: { name: 'shop' } });
  await create(CONFIG_MAPS, { metadata: SHOP, data: { color: 'teal' } });
  await create(DEPLOYMENTS, { metadata: SHOP, spec: deploymentSpec() });
  await until('the Widget is served', PATIENCE_SECONDS, async () => {
    const made = await host.create(WIDGETS, {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: SHOP,
      spec: { replicas: 2, color: 'red' },
    });
    return { done: made.ok || made.error.kind === 'AlreadyExists', seen: made };
  });
}, 180_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
});

describe('enable', () => {
  it('prints CRD and FederatedTypeConfig with --output yaml and changes nothing', async () => {
    const { stdout } = await cli('enable', 'wd', '-o', 'yaml');

    const [typeConfig, crd] = documents(stdout);
    expect(typeConfig).toMatchObject({ metadata: { name: 'widgets.example.com' } });
    expect(JSON.stringify(crd)).toContain('retainReplicas');
    expect((await host.get(CUSTOM_RESOURCE_DEFINITIONS, CRD)).ok).toBe(false);
  });

  it('lets the host take federated objects of a custom resource', async () => {
    const { stdout } = await cli('enable', 'Widget');

    expect(stdout).toBe(
      [
        'customresourcedefinition.apiextensions.k8s.io/federatedwidgets.types.kubefed.io created',
        'federatedtypeconfig.core.kubefed.io/widgets.example.com created in namespace kube-federation-system\n',
      ].join('\n'),
    );
    for (const { name } of federation.members) {
      const arn = `arn:aws:eks:us-west-2:111122223333:cluster/${name}`;
      await cli('join', name, '--cluster-arn', arn);
    }
    await until('the type runs', PATIENCE_SECONDS, async () => {
      const config = must(await host.get(FEDERATED_TYPE_CONFIGS, TYPE_CONFIG));
      return { done: JSON.stringify(config).includes('"Running"'), seen: config['status'] };
    });
  }, 120_000);

  it('refuses another federated type for it', async () => {
    const { code, stderr } = await cli('enable', 'widgets', '--federated-version', 'v1');

    expect(code).toBe(1);
    expect(stderr).toContain('Changing the federated type to');
  });
});

describe('federate', () => {
  it('shows one object with --output yaml as the host then takes it', async () => {
    const { stdout } = await cli('federate', 'cm', 'app', '-n', 'shop', '-o', 'yaml');

    expect(stdout).toBe(`---
apiVersion: types.kubefed.io/v1beta1
kind: FederatedConfigMap
metadata:
  name: app
  namespace: shop
spec:
  placement:
    clusterSelector:
      matchLabels: {}
  template:
    data:
      color: teal
`);
    expect((await host.get(FEDERATED_CONFIG_MAPS, SHOP)).ok).toBe(false);
  });

  it('converts a file like the object itself', async () => {
    const file = join(folder, 'app.yaml');
    writeFileSync(file, JSON.stringify(must(await host.get(CONFIG_MAPS, SHOP))));

    const converted = await cli('federate', '--filename', file);
    const asked = await cli('federate', 'configmaps', 'app', '-n', 'shop', '-o', 'yaml');
    expect(converted.stdout).toBe(asked.stdout);
  });

  it('makes one federated object, and refuses to make it again', async () => {
    const first = await cli('federate', 'configmap', 'app', '--namespace', 'shop');
    const second = await cli('federate', 'configmap', 'app', '--namespace', 'shop');

    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('Error creating federated resource "shop/app"');
  });

  it('takes a namespace with its contents to the members, but nothing that a controller made', async () => {
    const { code, stderr } = await cli('federate', 'ns', 'shop', '--contents');

    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('Deployment app makes it');
    expect(stderr).not.toContain('created FederatedReplicaSet');
    for (const { name, api } of federation.members) {
      await until(`the Widget is in ${name}`, PATIENCE_SECONDS, async () => {
        const found = await api.get(WIDGETS, SHOP);
        return { done: found.ok && JSON.stringify(found.value).includes('red'), seen: found };
      });
    }
  }, 120_000);
});

describe('orphaning-deletion', () => {
  it('switches on and off, and tells', async () => {
    const ask = async () =>
      (await cli('orphaning-deletion', 'status', 'fwd', 'app', '-n', 'shop')).stdout;

    const answers = [await ask()];
    for (const action of ['enable', 'disable']) {
      await cli('orphaning-deletion', action, 'FederatedWidget', 'app', '-n', 'shop');
      answers.push(await ask());
    }
    expect(answers).toEqual(['Disabled\n', 'Enabled\n', 'Disabled\n']);
  });
});

describe('disable', () => {
  it('refuses to delete a CRD that has objects', async () => {
    const { code, stderr } = await cli('disable', 'widgets', '--delete-crd');

    expect(code).toBe(1);
    expect(stderr).toContain('while resource instances exist');
  });

  it('stops the type and takes everything away', async () => {
    must(await host.delete(FEDERATED_WIDGETS, SHOP));
    await until('the federated Widget is gone', PATIENCE_SECONDS, async () => {
      const found = await host.get(FEDERATED_WIDGETS, SHOP);
      return { done: !found.ok, seen: found };
    });

    const { stdout } = await cli('disable', 'widgets.example.com', '--delete-crd');

    const config = 'FederatedTypeConfig "kube-federation-system/widgets.example.com"';
    expect(stdout.split('\n')).toEqual([
      `Disabled propagation for ${config}`,
      `Verifying propagation controller is stopped for ${config}`,
      `Propagation controller for ${config} is stopped`,
      'customresourcedefinition "federatedwidgets.types.kubefed.io" deleted',
      'federatedtypeconfig "kube-federation-system/widgets.example.com" deleted',
      '',
    ]);
    expect((await cli('disable', 'widgets.example.com')).stdout).toBe(`${config} does not exist\n`);
  }, 120_000);
});

const CRD = { name: 'federatedwidgets.types.kubefed.io' };
const TYPE_CONFIG = { namespace: 'kube-federation-system', name: 'widgets.example.com' };

/** Runs the command line as a person does, and never throws. */
async function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const KUBECONFIG = federation.host.plane.kubeconfigPath;
  const env = { ...process.env, ...creatorEnvironment(federation.runtime), KUBECONFIG };
  const main = join(ROOT, 'lib', 'cli', 'main.ts');
  try {
    const done = await promisify(execFile)(process.execPath, [main, ...args], { env });
    return { code: 0, ...done };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const { code, stdout, stderr } = Object.assign({ stdout: '', stderr: '' }, error);
    return { code: Number(code), stdout, stderr };
  }
}

async function create(resource: Resource, object: JsonObject): Promise<void> {
  const apiVersion = resource.group === '' ? 'v1' : `${resource.group}/${resource.version}`;
  must(await host.create(resource, { apiVersion, kind: resource.kind, ...object }));
}

function deploymentSpec(): JsonObject {
  const labels = { app: 'app' };
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'app', image: 'nginx' }] },
    },
  };
}

function documents(text: string): unknown[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS());
}
