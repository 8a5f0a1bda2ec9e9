import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { trackChanges } from '../../lib/cli/changes.ts';
import { ensureObject, removeObject } from '../../lib/cli/cluster-objects.ts';
import { contextSide } from '../../lib/cli/connect/side.ts';
import { CLUSTER_ROLE_BINDINGS } from '../../lib/model/resources.ts';
import { failureOf, fakeTerminal } from './fixtures.ts';

const KEY = { name: 'x' };

function binding(role: string) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: KEY,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  };
}

function world() {
  const cluster = memoryCluster();
  const side = contextSide('member', cluster, 'member');
  const stop = new AbortController();
  const terminal = fakeTerminal();
  const changes = trackChanges({ dryRun: false, terminal, signal: stop.signal });
  return { cluster, side, changes, stop, terminal };
}

describe('ensureObject', () => {
  it('makes a binding to another role anew, and puts the old one back when asked', async () => {
    const { cluster, side, changes } = world();
    const before = cluster.seed(CLUSTER_ROLE_BINDINGS, binding('old'));

    await ensureObject(changes, side, { resource: CLUSTER_ROLE_BINDINGS, object: binding('new') });
    const after = cluster.peek(CLUSTER_ROLE_BINDINGS, KEY);
    await changes.undo();

    expect(changes.list.map(({ action }) => action)).toEqual(['delete', 'create']);
    expect(after).toMatchObject({ roleRef: { name: 'new' } });
    expect(cluster.peek(CLUSTER_ROLE_BINDINGS, KEY)).toMatchObject({
      roleRef: before['roleRef'],
    });
  });

  it('leaves an object alone that somebody made anew since', async () => {
    const { cluster, side, changes } = world();
    await ensureObject(changes, side, { resource: CLUSTER_ROLE_BINDINGS, object: binding('ours') });
    await cluster.delete(CLUSTER_ROLE_BINDINGS, KEY);
    await cluster.create(CLUSTER_ROLE_BINDINGS, binding('theirs'));

    await changes.undo();

    expect(cluster.peek(CLUSTER_ROLE_BINDINGS, KEY)).toMatchObject({ roleRef: { name: 'theirs' } });
  });

  it('changes nothing more once the command was told to stop', async () => {
    const { cluster, side, changes, stop } = world();
    stop.abort('SIGINT');

    const error = await failureOf(
      ensureObject(changes, side, { resource: CLUSTER_ROLE_BINDINGS, object: binding('x') }),
    );

    expect(error.code).toBe('Interrupted');
    expect(cluster.calls.create).toBe(0);
  });

  it('tells what stayed as it was from --v=2 on', async () => {
    const { cluster, side, changes, terminal } = world();
    cluster.seed(CLUSTER_ROLE_BINDINGS, binding('x'));
    terminal.verbosity = 2;

    await ensureObject(changes, side, { resource: CLUSTER_ROLE_BINDINGS, object: binding('x') });

    expect(terminal.lines).toEqual(['member  unchanged ClusterRoleBinding x']);
  });
});

describe('removeObject', () => {
  it('does nothing when there is nothing', async () => {
    const { side, changes } = world();

    await removeObject(changes, side, { resource: CLUSTER_ROLE_BINDINGS, key: KEY });

    expect(changes.list).toEqual([]);
  });
});
