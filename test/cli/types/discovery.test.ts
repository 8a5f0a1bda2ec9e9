import { describe, expect, it } from 'vitest';
import {
  discover,
  findType,
  preferredResources,
  qualifiedType,
} from '../../../lib/cli/types/discovery.ts';
import { failureOf } from '../fixtures.ts';
import { discoverableHost, typeOf, typeWorld } from './fixtures.ts';

describe('discover', () => {
  it('names the groups that do not answer and reads the others', async () => {
    const found = await discover(typeWorld().side);

    expect(found.failed).toEqual(['metrics.k8s.io/v1beta1']);
    expect(found.resources.map(qualifiedType)).toContain('widgets.example.com/v1');
  });

  it('leaves subresources out', async () => {
    const { resources } = await discover(typeWorld().side);

    expect(resources.filter(({ plural }) => plural.includes('/'))).toEqual([]);
  });

  it('fails when the host itself does not answer', async () => {
    const host = Object.assign(discoverableHost(), {
      raw: async () => ({ ok: false, error: { kind: 'Unreachable', message: 'ECONNREFUSED' } }),
    });

    const error = await failureOf(discover(typeWorld(host).side));
    expect(error.message).toBe('host (context host): cannot read /apis: ECONNREFUSED');
  });
});

describe('preferredResources', () => {
  it('takes each resource of a group once, in the version that the group prefers', async () => {
    const preferred = preferredResources(await discover(typeWorld().side)).map(qualifiedType);

    expect(preferred.filter((type) => type.startsWith('deployments'))).toEqual([
      'deployments.apps/v1',
      'deployments.extensions/v1beta1',
    ]);
  });
});

describe('findType', () => {
  it.each([
    ['widgets', 'widgets.example.com/v1'],
    ['widget', 'widgets.example.com/v1'],
    ['Widget', 'widgets.example.com/v1'],
    ['wd', 'widgets.example.com/v1'],
    ['widgets.example.com', 'widgets.example.com/v1'],
    ['deployments.apps', 'deployments.apps/v1'],
    ['deploy', 'deployments.apps/v1'],
    ['nodes', 'nodes/v1'],
    ['cm', 'configmaps/v1'],
  ])('finds %s as %s', async (name, expected) => {
    expect(qualifiedType(await typeOf(name))).toBe(expected);
  });

  it('looks in another API version when it is told to', async () => {
    const found = findType(await discover(typeWorld().side), 'deployments.apps', 'v1beta1');

    expect(qualifiedType(found)).toBe('deployments.apps/v1beta1');
  });

  it.each([
    [
      'gadgets',
      'TypeAmbiguous',
      'Multiple resources are matched by "gadgets": gadgets.example.com, gadgets.other.com. A group-qualified plural name must be provided.',
    ],
    ['nothing', 'TypeNotFound', 'Unable to find api resource named "nothing".'],
  ])('refuses %s as %s', async (name, code, message) => {
    const error = await failureOf(typeOf(name));

    expect(error).toMatchObject({ code, message });
    expect(error.remedies).not.toEqual([]);
  });
});
