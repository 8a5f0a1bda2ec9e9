import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { memoryMembers } from '../../../lib/adapters/memory/members.ts';
import type { Cluster } from '../../../lib/ports.ts';

const named = (name: string) => ({ kind: 'KubeFedCluster', metadata: { name } });

describe('memoryMembers', () => {
  it('finds a member by the name of its KubeFedCluster', async () => {
    const west = memoryCluster();
    const members = memoryMembers(new Map([['west', west]]));

    expect(await members.connect(named('west'))).toEqual({ ok: true, value: west });
  });

  it('sees members that come and go', async () => {
    const clusters = new Map<string, Cluster>();
    const members = memoryMembers(clusters);

    expect(await members.connect(named('west'))).toMatchObject({
      error: { kind: 'Unreachable', message: expect.stringContaining('KubeFedCluster west') },
    });
    clusters.set('west', memoryCluster());
    expect((await members.connect(named('west'))).ok).toBe(true);
  });
});
