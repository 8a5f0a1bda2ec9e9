import { describe, expect, it } from 'vitest';
import { fieldPathText } from '../../../lib/cli/plan/field-path.ts';
import { locateMessage } from '../../../lib/cli/plan/locate-message.ts';

const operations = [{ path: '/a' }, { path: '/b' }];
const FEDERATED = {
  spec: {
    placement: { clusters: [{ name: 'east' }, { name: 'nowhere' }] },
    overrides: [
      { clusterName: 'east', clusterOverrides: operations },
      { clusterSelector: { matchLabels: { tier: 'web' } }, clusterOverrides: operations },
      { clusterSelector: { matchLabels: { tier: 'db' } }, clusterOverrides: operations },
    ],
  },
};
const EAST = { name: 'east', labels: { tier: 'web' } };

describe('locateMessage', () => {
  it.each([
    [
      'override[1] for cluster "east" has an invalid path: /kind',
      'spec.overrides[0].clusterOverrides[1].path',
    ],
    [
      'override[0] for the clusterSelector of spec.overrides[2] has an invalid op at path /a: use add',
      'spec.overrides[2].clusterOverrides[0].op',
    ],
    ['override[1]: remove operation does not apply', 'spec.overrides[1].clusterOverrides[1].path'],
    ['override[2]: remove operation does not apply', 'spec.overrides[0].clusterOverrides[0].path'],
    ['override[7]: remove operation does not apply', 'spec.overrides'],
    ['override[0] for cluster "west" has an invalid path: /kind', 'spec.overrides'],
    [
      'Error reading cluster overrides: cluster "east" appears more than once; spec.overrides[1]: put all its clusterOverrides into one entry',
      'spec.overrides[1]',
    ],
    ['spec.overrides must be a list', 'spec.overrides'],
    ['spec.placement.clusters names nowhere, but no …', 'spec.placement.clusters[1].name'],
    ['spec.placement.clusters names other, but no …', 'spec.placement.clusters'],
    [
      'metadata.annotations cannot be set via template; use an override',
      'spec.template.metadata.annotations',
    ],
    ['X "a" is invalid: spec.template.spec.b[0].c: Required value', 'spec.template.spec.b[0].c'],
  ])('finds the field of: %s', (message, path) => {
    expect(fieldPathText(locateMessage(message, FEDERATED, EAST) ?? ['none'])).toBe(path);
  });

  it('knows of no field where the message names none', () => {
    expect(locateMessage('connection refused', FEDERATED, EAST)).toBeUndefined();
  });
});
