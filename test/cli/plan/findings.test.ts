import { describe, expect, it } from 'vitest';
import { findingText } from '../../../lib/cli/plan/finding.ts';
import { NAMESPACES } from '../../../lib/model/resources.ts';
import { testFederation } from '../../stages/federation.ts';
import { planOf } from './plan-of.ts';

const HEAD = `apiVersion: types.kubefed.io/v1beta1
kind: FederatedConfigMap
metadata:
  name: x
  namespace: shop
spec:
  template: {}
`;
const EVERYWHERE = `${HEAD}  placement:
    clusterSelector: {}
`;
const RECORD = `apiVersion: multiclusterdns.kubefed.io/v1alpha1
kind: ServiceDNSRecord
metadata:
  name: x
  namespace: shop
`;

describe('findings of a plan', () => {
  it.each<[string, string, string]>([
    [
      'an override without a legal path',
      `${EVERYWHERE}  overrides:
    - clusterName: west
      clusterOverrides:
        - {path: /data/a, value: b}
        - path: /kind
          value: x
`,
      'f.yaml:14:17: spec.overrides[0].clusterOverrides[1].path: Error reading cluster overrides: override[1] for cluster "west" has an invalid path: /kind; mend the override',
    ],
    [
      'an override with an unknown op',
      `${EVERYWHERE}  overrides:
    - clusterName: west
      clusterOverrides:
        - path: /data
          op: swap
`,
      'f.yaml:14:15: spec.overrides[0].clusterOverrides[0].op: Error reading cluster overrides: override[0] for cluster "west" has an invalid op at path /data: use add, remove or replace; mend the override',
    ],
    [
      'an override that does not apply',
      `${EVERYWHERE}  overrides:
    - clusterName: west
      clusterOverrides:
        - path: /data/a
          op: remove
`,
      `f.yaml:13:17: spec.overrides[0].clusterOverrides[0].path: west: override[0]: remove operation does not apply: doc is missing path: "/data/a": missing value; mend the override`,
    ],
    [
      'a selector that is none',
      `${HEAD}  placement:
    clusterSelector:
      matchExpressions:
        - {key: a, operator: Near}
`,
      'f.yaml:10:7: spec.placement.clusterSelector: Failed to compute placement: spec.placement.clusterSelector: "Near" is not a valid pod selector operator; mend spec.placement',
    ],
    [
      'a cluster that nobody knows',
      `${HEAD}  placement:
    clusters:
      - name: east
      - name: nowhere
`,
      'f.yaml:11:15: spec.placement.clusters[1].name: spec.placement.clusters names nowhere, but no KubeFedCluster of that name exists; join it or mend the name; kubefed-eks status shows the names that there are',
    ],
    [
      'a template with annotations',
      EVERYWHERE.replace('template: {}', 'template: {metadata: {annotations: {a: b}}}'),
      'f.yaml:7:38: spec.template.metadata.annotations: metadata.annotations cannot be set via template; use an override at /metadata/annotations; mend the object as the message says',
    ],
    [
      'a placement that selects nothing',
      HEAD,
      'f.yaml:7:3: spec.placement: selects no cluster; list clusters or give a clusterSelector that matches; {} matches all',
    ],
    [
      'a namespace that is not federated',
      EVERYWHERE.replace('shop', 'bare'),
      'f.yaml:5:14: metadata.namespace: namespace bare is not federated: the object reaches no cluster; add a FederatedNamespace bare in namespace bare',
    ],
    [
      'a namespace that is not there',
      EVERYWHERE.replace('shop', 'other'),
      'f.yaml:5:14: metadata.namespace: namespace other is not there on the host; create the namespace other, or put it into the files',
    ],
    [
      'an object that is not federated',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: shop}\n',
      'f.yaml:2:7: kind: v1 ConfigMap is no federated object: a plan does not say what becomes of it; leave it out of the plan, or federate it: kubefed-eks federate --filename FILE',
    ],
    [
      'a DNSEndpoint, which the control plane writes',
      'apiVersion: multiclusterdns.kubefed.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: x}\n',
      'f.yaml:2:7: kind: multiclusterdns.kubefed.io/v1alpha1 DNSEndpoint is no federated object: a plan does not say what becomes of it; leave it out of the plan',
    ],
    [
      'a record without its Domain',
      `${RECORD}spec:\n  domainRef: prod\n`,
      'f.yaml:7:14: spec.domainRef: there is no Domain kube-federation-system/prod: the record has no names; create it, put it into the files, or change spec.domainRef',
    ],
    [
      'a record in a namespace that is not there',
      RECORD.replace('shop', 'other').replace('Service', 'Ingress'),
      'f.yaml:5:14: metadata.namespace: namespace other is not there on the host; create the namespace other, or put it into the files',
    ],
    [
      'a Domain where nobody looks',
      `${RECORD.replace('ServiceDNSRecord', 'Domain')}domain: example.com\n`,
      'f.yaml:5:14: metadata.namespace: no record looks for a Domain in namespace shop; put it into the namespace of the control plane, kube-federation-system',
    ],
    [
      'an override for clusters by label that does not apply',
      `${EVERYWHERE}  overrides:
    - clusterName: east
      clusterOverrides:
        - {path: /data, op: add, value: {}}
    - clusterSelector: {}
      clusterOverrides:
        - {path: /data, op: add, value: {}}
        - {path: /data/a, op: remove}
`,
      `f.yaml:17:18: spec.overrides[1].clusterOverrides[1].path: override[1]: error in remove for path`,
    ],
    [
      'a kind that is not federated',
      EVERYWHERE.replace('FederatedConfigMap', 'FederatedThing'),
      'f.yaml:2:7: kind: types.kubefed.io/v1beta1 FederatedThing is no federated type of this host; mend apiVersion or kind, enable the type, or leave the object out of the plan',
    ],
    [
      'no name',
      EVERYWHERE.replace('  name: x\n', ''),
      'f.yaml:4:3: metadata.name: is missing; set metadata.name to a string',
    ],
    [
      'an object that stands there twice',
      `${EVERYWHERE}---\n${EVERYWHERE}`,
      'f.yaml:14:9: metadata.name: FederatedConfigMap x stands at f.yaml:1 already; keep one of the two',
    ],
    ['YAML that is none', 'a: [1', 'f.yaml:1:6: Flow sequence in block collection'],
    [
      'a document that is no object',
      'hello',
      'f.yaml:1:1: is no Kubernetes object; write apiVersion, kind and metadata',
    ],
  ])('names file, line, field and remedy of %s', async (_, text, expected) => {
    const federation = testFederation();
    federation.host.seed(NAMESPACES, { metadata: { name: 'bare' } });

    const { findings } = await planOf(federation, text);

    expect(findings.map(findingText)).toEqual([expect.stringContaining(expected)]);
  });

  it('names the place of an object within a list', async () => {
    const item = EVERYWHERE.replace('  name: x\n', '').replaceAll('\n', '\n    ').trimEnd();
    const text = `apiVersion: v1\nkind: List\nitems:\n  - ${item}\n`;

    const { findings } = await planOf(testFederation(), text);

    expect(findings).toMatchObject([{ line: 7, column: 7, path: 'metadata.name' }]);
  });
});
