import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { OpenAnswers } from '../../../lib/cli/connect/open-answers.ts';
import { contextSide } from '../../../lib/cli/connect/side.ts';
import type { Asker, Question } from '../../../lib/cli/dns/ask.ts';
import type { Invocation } from '../../../lib/cli/invocation.ts';
import type { DnsRequest } from '../../../lib/cli/requests.ts';
import { tellDns } from '../../../lib/cli/run-dns.ts';
import { DNS_ENDPOINTS, RECORDS } from '../../../lib/model/dns-record.ts';
import { failureOf, fakeTerminal } from '../fixtures.ts';
import { CONFLICT, endpoint, IN_ZONE, record } from './dns-objects.ts';

const GLOBAL = 'web.shop.prod.svc.example.com';
const TWO_ZONES = {
  observedGeneration: 2,
  zones: { Z1: { records: 4 }, Z2: { records: 4 }, ZEMPTY: { records: 0, problems: [] } },
};

function host(status = IN_ZONE) {
  const cluster = memoryCluster();
  cluster.seed(RECORDS.service, record());
  cluster.seed(DNS_ENDPOINTS, endpoint(status));
  return cluster;
}

function awsError(name: string): Error {
  return Object.assign(new Error('no'), { name });
}

/** Z1 is example.com, Z2 another one; the global name answers with the address in west. */
function fakeAnswers(failing: (question: Question) => string | undefined = () => undefined) {
  const asked: [Question, Asker][] = [];
  const answers: OpenAnswers = {
    zoneName: async (zoneId) => (zoneId === 'Z1' ? 'example.com' : 'example.org'),
    addressIn: async (region) => {
      if (region === 'eu-west-2') throw new Error('queryA ESERVFAIL');
      return '198.51.100.7';
    },
    async answer(question, asker) {
      asked.push([question, asker]);
      const error = failing(question);
      if (error !== undefined) throw awsError(error);
      return { code: 'NOERROR', values: question.dnsName === GLOBAL ? ['192.0.2.1'] : [] };
    },
  };
  return { asked, answers };
}

async function run(
  request: Partial<DnsRequest> = {},
  { cluster = host(), answers = fakeAnswers().answers } = {},
) {
  const terminal = fakeTerminal();
  const invocation: Pick<Invocation, 'terminal' | 'exitCode'> = { terminal };
  const side = contextSide('host', cluster, 'host');
  const asked = { namespace: 'shop', allNamespaces: false, ask: false, ...request };
  await tellDns(invocation, asked, { host: side, answers });
  return { code: invocation.exitCode, out: terminal.results.join('\n') };
}

describe('tellDns', () => {
  it('prints clusters and names of a record', async () => {
    const { code, out } = await run();

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "ServiceDNSRecord shop/web

      CLUSTER  REGION      ADDRESS                             HEALTH     MESSAGE
      east     us-east-1   east-1.us-east-1.elb.amazonaws.com  ok         -
      north    eu-north-1  -                                   NoAddress  Service shop/web has no address yet.
      west     eu-west-1   192.0.2.1                           ok         -

      NAME                                      TYPE   ROUTING            CLUSTERS   TARGET                                   STATE
      web.shop.prod.svc.example.com             A      latency us-east-1  east       web.shop.prod.svc.us-east-1.example.com  InZone
      web.shop.prod.svc.example.com             A      latency eu-west-1  west       192.0.2.1                                InZone
      web.shop.prod.svc.us-east-1.example.com   A      -                  east       east-1.us-east-1.elb.amazonaws.com       InZone
      web.shop.prod.svc.eu-north-1.example.com  CNAME  -                  east,west  web.shop.prod.svc.example.com            InZone"
    `);
  });

  it('reads the host three times, whatever there is', async () => {
    const cluster = host();
    await run({ allNamespaces: true }, { cluster });

    expect(cluster.calls).toMatchObject({ list: 3, get: 0 });
  });

  it('ends with 2 and says why when a name is not in its zone', async () => {
    const { code, out } = await run({}, { cluster: host(CONFLICT) });

    expect(code).toBe(2);
    expect(out).toContain('latency us-east-1  east       web.shop.prod.svc.us-east-1.example.com');
    expect(out).toContain('Conflict');
  });

  it.each<[Partial<DnsRequest>, Asker]>([
    [{ ask: true }, {}],
    [{ resolver: '192.0.2.53' }, { resolverIp: '192.0.2.53' }],
    [{ region: 'eu-west-1' }, { clientIp: '198.51.100.7' }],
  ])('asks once for each name and type, in the zone that holds it: %j', async (request, asker) => {
    const { asked, answers } = fakeAnswers();
    const told = await run({ ...request, output: 'json' }, { cluster: host(TWO_ZONES), answers });

    expect(told.code).toBe(0);
    const questions = [
      ...[GLOBAL, 'web.shop.prod.svc.us-east-1.example.com'].map((n) => [n, 'A']),
      ['web.shop.prod.svc.eu-north-1.example.com', 'CNAME'],
    ].map(([dnsName, type]) => [{ zoneId: 'Z1', dnsName, type }, asker]);
    expect(asked).toEqual(questions);
    const { asked: told1 } = JSON.parse(told.out);
    expect(told1[0]).toEqual({
      ...{ zoneId: 'Z1', dnsName: GLOBAL, type: 'A', code: 'NOERROR', ...asker },
      ...{ values: ['192.0.2.1'], clusters: ['west'] },
    });
  });

  it.each([
    ['AccessDenied', 1],
    ['InvalidInput', 3],
  ])('ends with 1 when Route 53 says %s, after %d questions', async (name, count) => {
    const { asked, answers } = fakeAnswers(() => name);
    const { code, out } = await run({ ask: true }, { answers });

    expect({ code, asked: asked.length }).toEqual({ code: 1, asked: count });
    expect(out).toContain(`${name}: no`);
    expect(out).toContain('ServiceDNSRecord shop/web');
  });

  it('says what else to do when a Region has no address to ask for', async () => {
    const error = await failureOf(run({ region: 'eu-west-2' }));

    expect(error).toMatchObject({
      code: 'Unreachable',
      message: 'no address in Region eu-west-2 is known to ask for: queryA ESERVFAIL',
      remedies: ['--resolver with the address of a resolver there'],
    });
  });

  it('says that there is nothing, or nothing of that name', async () => {
    const out = 'no DNS record here: see --all-namespaces';
    expect(await run({ namespace: 'other' })).toEqual({ code: 0, out });
    const error = await failureOf(run({ name: 'nope' }));
    expect(error.message).toBe('no DNS record "nope" was found in namespace shop');
  });

  it('says what it may not read', async () => {
    const cluster = host();
    cluster.fail = () => ({ kind: 'Forbidden', message: 'no' });

    const error = await failureOf(run({}, { cluster }));
    expect(error.message).toBe(
      'host (context host): cannot list servicednsrecords in namespace shop: no',
    );
  });
});
