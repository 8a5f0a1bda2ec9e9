import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { A, RED } from '../config-map-a.ts';
import { CONFIG_MAP } from '../objects.ts';
import { EAST, settle, told, watched } from './watched.ts';

describe('federationWatch of members', () => {
  it('tells a drift after a grace, and where it was seen', async () => {
    const { federation, createFederated, member, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await clock.advance(1_999);
    expect(told(federation)).toEqual([]);
    await clock.advance(1);
    expect(told(federation)).toEqual(['drift: configmaps shop/a in east']);
  });

  it('puts it right, and is quiet then', async () => {
    const { federation, createFederated, member, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await member('west').delete(CONFIG_MAP.target, A);
    await settle(federation);
    await settle(federation);

    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'red' } });
    expect(federation.target('west', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'red' } });
    expect(changes.sent).toEqual([]);
  });

  it('does not look at what does not carry our label', async () => {
    const { federation, member, clock } = await watched();
    await member('east').create(CONFIG_MAP.target, { metadata: A });
    await clock.advance(3_000);

    expect(told(federation)).toEqual([]);
  });

  it('has every object of a type looked at when events of a member are missing', async () => {
    const { federation, createFederated, member, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    const east = member('east');
    east.down = true;
    await clock.advance(1_000);
    east.down = false;
    await east.delete(CONFIG_MAP.target, A);
    east.compact();
    await settle(federation);

    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
  });

  it('waits with that until a member that was lost is ready again', async () => {
    const { federation, createFederated, host, member, clock } = await watched();
    const readiness = (status: string) => ({ status: { conditions: [{ type: 'Ready', status }] } });
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    const east = member('east');
    east.down = true;
    await host.patch(KUBEFED_CLUSTERS, EAST, readiness('False'), 'status');
    await settle(federation);
    east.down = false;
    await east.delete(CONFIG_MAP.target, A);
    east.compact();
    await clock.advance(6_000);
    expect(told(federation)).toEqual([]);

    await host.patch(KUBEFED_CLUSTERS, EAST, readiness('True'), 'status');
    await clock.advance(1);
    expect(federation.changes.sent).toMatchObject([{ kind: 'sweep', type: '*', cause: 'cluster' }]);
    await settle(federation);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
  });
});
