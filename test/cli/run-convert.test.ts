import { describe, expect, it } from 'vitest';
import { convertManifests } from '../../lib/cli/run-convert.ts';
import { failureOf } from './fixtures.ts';

const MAP = `apiVersion: v1
kind: ConfigMap
metadata: { name: app, namespace: shop }
data: { color: teal }
`;

describe('convertManifests', () => {
  it('converts every document and every item of a List, and passes over empty documents', () => {
    const list = `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: s}}]\n`;

    const made = convertManifests(`---\n${MAP}---\n# nothing\n---\n${list}`, 'app.yaml');

    expect(made).toEqual([
      {
        apiVersion: 'types.kubefed.io/v1beta1',
        kind: 'FederatedConfigMap',
        metadata: { name: 'app', namespace: 'shop' },
        spec: {
          placement: { clusterSelector: { matchLabels: {} } },
          template: { data: { color: 'teal' } },
        },
      },
      expect.objectContaining({ kind: 'FederatedSecret', metadata: { name: 's' } }),
    ]);
  });

  it.each([
    ['', 'app.yaml cannot be converted: it holds no object'],
    [
      `${MAP}---\nkind: ConfigMap\n`,
      'document 2 of app.yaml is no Kubernetes object: apiVersion, kind or metadata.name is missing',
    ],
    [
      'a: b: c',
      'app.yaml cannot be converted: Nested mappings are not allowed in compact mappings at line 1, column 4:',
    ],
  ])('refuses %j', async (source, message) => {
    const convert = async () => convertManifests(source, 'app.yaml');

    const error = await failureOf(convert());
    expect(error).toMatchObject({ code: 'FileInvalid', message });
    expect(error.remedies).not.toEqual([]);
  });
});
