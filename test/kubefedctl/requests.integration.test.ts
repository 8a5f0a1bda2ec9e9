import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAt, stringAt } from '../../lib/model/json.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NAMESPACES, SECRETS } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { callApi } from '../environment/call-api.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { untilCopiesAre } from '../integration/config-map-copies.ts';
import { must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

/** What kubefedctl v0.10.0 writes, recorded by `node test/kubefedctl/main.ts --record`. Names in `${}` are filled in. */
interface Recorded {
  readonly command: string;
  readonly requests: readonly {
    readonly to: 'host' | 'member';
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly body: unknown;
  }[];
}

const KUBEFED = 'kube-federation-system';
const RECORDED: readonly Recorded[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'requests.json'), 'utf8'),
);
const APP = { namespace: 'shop', name: 'app' };
const CLUSTER = { namespace: KUBEFED, name: 'cluster1' };
const ROLES = { namespace: KUBEFED, name: 'roles.rbac.authorization.k8s.io' };

let federation: FastFederation;
let member: FastCluster;
let filled: Record<string, string> = {};

beforeAll(async () => {
  federation = await startFastFederation({ members: 1, joins: false, onProgress: () => undefined });
  member = federation.members[0] ?? federation.host;
  filled = { MEMBER_URL: member.plane.url, CA: member.plane.caData };
}, 180_000);

afterAll(() => federation?.stop());

/** Sends the requests of the command that starts so; each must be answered as a host of KubeFed answered it. */
async function replay(start: string): Promise<void> {
  const recorded = RECORDED.find(({ command }) => command.startsWith(start));
  if (recorded === undefined) throw new Error(`no recording of ${start}`);
  for (const { to, method, path, status, body } of recorded.requests) {
    const { plane } = to === 'host' ? federation.host : member;
    const caPem = Buffer.from(plane.caData, 'base64').toString();
    const answer = await callApi(
      { url: plane.url, caPem, token: plane.adminToken },
      {
        path: fill(path),
        method,
        body: JSON.parse(fill(JSON.stringify(body))),
        ...(method === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}),
      },
    );
    expect({ method, path, status: answer.status }).toEqual({ method, path, status });
    if (path.endsWith('/secrets') && method === 'POST') await noteSecret(to, answer.body);
  }
}

function fill(text: string): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => filled[name] ?? '');
}

/** The token that the member makes goes into the Secret of the host, whose name goes into the KubeFedCluster. */
async function noteSecret(of: 'host' | 'member', body: string): Promise<void> {
  const name = stringAt(JSON.parse(body), 'metadata', 'name') ?? '';
  if (of === 'host') {
    filled = { ...filled, SECRET: name };
    return;
  }
  const TOKEN = await until('the token is there', 60, async () => {
    const found = must(await member.api.get(SECRETS, { namespace: KUBEFED, name }));
    const seen = stringAt(found, 'data', 'token') ?? '';
    return { done: seen !== '', seen };
  });
  filled = { ...filled, TOKEN };
}

describe('kubefedctl v0.10.0', () => {
  it('5.1 join: the cluster is Ready', async () => {
    await replay('kubefedctl join');

    await until('cluster1 is Ready', 60, async () => {
      const seen = must(await federation.host.api.get(KUBEFED_CLUSTERS, CLUSTER));
      const ready = listAt(seen, 'status', 'conditions').some(
        (one) => stringAt(one, 'type') === 'Ready' && stringAt(one, 'status') === 'True',
      );
      return { done: ready, seen };
    });
  }, 120_000);

  it('6.5 federate --contents: the contents go to the member', async () => {
    must(await federation.host.api.create(NAMESPACES, { metadata: { name: 'shop' } }));
    await replay('kubefedctl federate');

    await untilCopiesAre(federation, APP, { 'member-1': { color: 'teal' } });
  }, 120_000);

  it('6.3 enable: the type runs; 6.4 disable: it has stopped, and goes with its CRD', async () => {
    const told = (wanted: string | undefined) =>
      until(`the type is ${wanted}`, 60, async () => {
        const found = await federation.host.api.get(FEDERATED_TYPE_CONFIGS, ROLES);
        const seen = found.ok
          ? stringAt(found.value, 'status', 'propagationController')
          : undefined;
        return { done: seen === wanted, seen };
      });
    await replay('kubefedctl enable');
    await told('Running');
    await replay('kubefedctl disable');
    await told(undefined);
  }, 120_000);

  it('5.4 unjoin: the member keeps what was propagated', async () => {
    await replay('kubefedctl unjoin');

    const gone = await federation.host.api.get(KUBEFED_CLUSTERS, CLUSTER);
    expect(gone).toMatchObject({ ok: false, error: { kind: 'NotFound' } });
    await federation.runtime.idle();
    expect((await member.api.get(CONFIG_MAPS, APP)).ok).toBe(true);
  }, 120_000);
});
