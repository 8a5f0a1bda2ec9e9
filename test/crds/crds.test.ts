import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isJsonObject,
  type JsonValue,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../../lib/model/json.ts';
import { WHOLE_RECORD_VERSION } from '../../lib/model/resources.ts';
import { cases } from './cases.ts';
import { EXPECTED_CRDS, EXPECTED_TYPES } from './expected-crds.ts';
import {
  crdNamed,
  crds,
  defaultOf,
  documentsIn,
  files,
  nodesOf,
  type SchemaNode,
  schemaOf,
  versionOf,
} from './read-crds.ts';

const rulesOf = (node: SchemaNode): JsonValue[] => listAt(node.schema, 'x-kubernetes-validations');
const allNodes = [...crds.keys()].flatMap((name) =>
  nodesOf(schemaOf(name)).map((node) => ({ ...node, name })),
);

describe('crds', () => {
  it('are the 21 kinds that KubeFed has', () => {
    const expected = EXPECTED_CRDS.map(({ plural, group }) => `${plural}.${group}`);
    expect(expected).toHaveLength(21);
    expect([...crds.keys()].sort()).toEqual(expected.sort());
  });

  it.each(EXPECTED_CRDS)('$plural are what KubeFed calls them', (expected) => {
    const { plural, group, version, kind, scope, shortName, statusless } = expected;
    const name = `${plural}.${group}`;
    const crd = crdNamed(name);
    expect(crd).toMatchObject({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: { group, scope, preserveUnknownFields: false },
    });
    expect(files).toContain(join(group.split('.')[0] ?? '', `${name}.yaml`));
    expect(valueAt(crd, 'spec', 'names')).toEqual({
      kind,
      listKind: `${kind}List`,
      plural,
      singular: kind.toLowerCase(),
      ...(shortName === undefined ? {} : { shortNames: [shortName] }),
    });
    expect(listAt(crd, 'spec', 'versions')).toHaveLength(expected.whole ? 2 : 1);
    expect(versionOf(crd)).toMatchObject({ name: version, served: true, storage: true });
    expect(valueAt(versionOf(crd), 'subresources')).toEqual(
      statusless ? undefined : { status: {} },
    );
  });

  it.each(EXPECTED_CRDS.filter(({ whole }) => whole))(
    '$plural can be written whole, through a version that differs in that alone',
    ({ plural, group }) => {
      const crd = crdNamed(`${plural}.${group}`);
      const { subresources: _, ...version } = objectAt(versionOf(crd)) ?? {};

      expect(listAt(crd, 'spec', 'versions')[1]).toEqual({
        ...version,
        name: WHOLE_RECORD_VERSION,
        storage: false,
      });
    },
  );

  it('have structural schemas', () => {
    for (const { name, path, schema } of allNodes) {
      const where = `${name} ${path}`;
      const free = schema['x-kubernetes-preserve-unknown-fields'] === true;
      if (!free) expect(schema['type'], where).toBeTypeOf('string');
      if (schema['type'] === 'array') expect(schema['items'], where).toBeTypeOf('object');
      const fields = Object.keys(objectAt(schema, 'properties') ?? {});
      expect(fields, where).toEqual(expect.arrayContaining(listAt(schema, 'required')));
    }
  });

  it('describe every field in one line', () => {
    for (const { name, path, schema, named } of allNodes) {
      // The API server refuses a description of metadata.
      if (!named || path === '.metadata') continue;
      expect(schema['description'], `${name} ${path}`).toMatch(/^[A-Z`a-z][^\n]+\.$/);
    }
  });

  it('print the columns of the KubeFed walk-through, and how far a propagation is', () => {
    const columnsOf = (name: string): (string | undefined)[] =>
      listAt(versionOf(crdNamed(name)), 'additionalPrinterColumns')
        .filter((column) => valueAt(column, 'priority') === undefined)
        .map((column) => stringAt(column, 'name'));
    expect(columnsOf('kubefedclusters.core.kubefed.io')).toEqual(['ready', 'age']);
    for (const name of [...crds.keys()].filter((each) => each.endsWith('.types.kubefed.io'))) {
      expect(columnsOf(name)).toEqual(['propagated', 'reason', 'age']);
    }
  });
});

describe('rules of the crds', () => {
  const rules = allNodes.flatMap((node) => rulesOf(node).map((rule) => ({ node, rule })));

  it('say what is wrong', () => {
    for (const { node, rule } of rules) {
      expect(stringAt(rule, 'message'), `${node.name} ${node.path}`).toMatch(/^.{15,100}$/);
    }
  });

  it('are each broken by a case', () => {
    for (const { node, rule } of rules) {
      const kind = stringAt(crdNamed(node.name), 'spec', 'names', 'kind');
      const message = stringAt(rule, 'message') ?? '';
      const broken = cases.some(
        (each) =>
          each.object['kind'] === kind && !each.valid && message.startsWith(each.message ?? ''),
      );
      expect(broken, `${node.name} ${node.path}: ${message}`).toBe(true);
    }
  });

  it('look at strings and lists of bounded size', () => {
    for (const { node } of rules) {
      const bound = { string: 'maxLength', array: 'maxItems' }[String(node.schema['type'])];
      if (bound === undefined || node.schema['enum'] !== undefined) continue;
      expect(node.schema[bound], `${node.name} ${node.path}`).toBeGreaterThan(0);
    }
  });
});

describe('federated type crds', () => {
  const names = [...crds.keys()].filter((name) => name.endsWith('.types.kubefed.io'));

  it('share one schema; only kinds with replicas can retain them', () => {
    const variants = names.map((name) => {
      const retain = valueAt(schemaOf(name), 'properties', 'spec', 'properties', 'retainReplicas');
      const replicated = /^federated(deployments|replicasets)\./.test(name);
      expect(retain !== undefined, name).toBe(replicated);
      return JSON.stringify(versionOf(crdNamed(name)), (key, value) =>
        key === 'retainReplicas' ? undefined : value,
      );
    });
    expect(variants).toHaveLength(10);
    expect(new Set(variants).size).toBe(1);
  });

  it('keep templates, override values and remote status as they are', () => {
    const kept = nodesOf(schemaOf('federatedjobs.types.kubefed.io'))
      .filter(({ schema }) => schema['x-kubernetes-preserve-unknown-fields'] === true)
      .map(({ path }) => path);
    expect(kept).toEqual([
      '.spec.template',
      '.spec.overrides[].clusterOverrides[].value',
      '.status.clusters[].remoteStatus',
    ]);
  });
});

describe('defaults', () => {
  const metadata = { namespace: 'kube-federation-system' };

  it('configure the ten types of the crds', () => {
    const configs = documentsIn('defaults/federatedtypeconfigs.yaml');
    const expected = EXPECTED_TYPES.map(([name, apiVersion, kind, scope]) => {
      const pluralName = name.split('.')[0] ?? '';
      const [version, group] = apiVersion.split('/').reverse();
      const crd = crdNamed(`federated${pluralName}.types.kubefed.io`);
      return {
        apiVersion: 'core.kubefed.io/v1beta1',
        kind: 'FederatedTypeConfig',
        metadata: { name, ...metadata },
        spec: {
          targetType: {
            ...(group === undefined ? {} : { group }),
            version,
            kind,
            pluralName,
            scope,
          },
          propagation: 'Enabled',
          federatedType: {
            group: 'types.kubefed.io',
            version: 'v1beta1',
            kind: `Federated${kind}`,
            pluralName: `federated${pluralName}`,
            scope: valueAt(crd, 'spec', 'scope'),
          },
        },
      };
    });
    expect(configs).toEqual(expected);
  });

  it('spell out the config that an empty one becomes', () => {
    const { spec } = objectAt(schemaOf('kubefedconfigs.core.kubefed.io'), 'properties') ?? {};
    expect(documentsIn('defaults/kubefedconfig.yaml')).toEqual([
      {
        apiVersion: 'core.kubefed.io/v1beta1',
        kind: 'KubeFedConfig',
        metadata: { name: 'kubefed', ...metadata },
        spec: isJsonObject(spec) ? defaultOf(spec) : undefined,
      },
    ]);
  });
});

describe('cases', () => {
  it('have names of their own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('are of kinds we have, and say what a refusal must say', () => {
    const known = EXPECTED_CRDS.flatMap(({ group, version, kind, whole }) =>
      [version, ...(whole ? [WHOLE_RECORD_VERSION] : [])].map((each) => `${group}/${each} ${kind}`),
    );
    for (const { name, object, valid, message } of cases) {
      expect(known, name).toContain(`${object['apiVersion']} ${object['kind']}`);
      expect(message === undefined, name).toBe(valid);
    }
  });

  it('hold a good object of every kind outside the ten types, which are all alike', () => {
    const good = cases.filter(({ valid }) => valid).map(({ object }) => object['kind']);
    for (const { kind, group } of EXPECTED_CRDS) {
      if (group !== 'types.kubefed.io') expect(good).toContain(kind);
    }
  });
});
