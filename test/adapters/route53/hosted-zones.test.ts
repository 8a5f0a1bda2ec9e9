import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  NoSuchHostedZone,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { route53Zones } from '../../../lib/adapters/route53/hosted-zones.ts';
import type { RecordSet } from '../../../lib/model/record-set.ts';

const route53 = mockClient(Route53Client);
const client = new Route53Client({ region: 'us-east-1' });
const zones = () => route53Zones(() => client);
const $metadata = {};

beforeEach(() => {
  route53.reset();
});
afterAll(() => route53.restore());

const SETS: RecordSet[] = [
  {
    name: '*.example.com',
    type: 'A',
    setIdentifier: 'us-east-1',
    routing: { kind: 'latency', region: 'us-east-1' },
    values: [],
    alias: { hostedZoneId: 'ZELB', name: 'lb.amazonaws.com', evaluateTargetHealth: true },
    healthCheckId: 'check',
  },
  {
    name: 'a.example.com',
    type: 'A',
    setIdentifier: 'a',
    routing: { kind: 'weighted', weight: 0 },
    ttlSeconds: 180,
    values: ['192.0.2.1', '192.0.2.2'],
  },
  {
    name: 'b.example.com',
    type: 'CNAME',
    setIdentifier: 'b',
    routing: { kind: 'geolocation', country: 'US', subdivision: 'CA' },
    ttlSeconds: 0,
    values: ['x.example.org'],
  },
  {
    name: 'c.example.com',
    type: 'AAAA',
    setIdentifier: 'c',
    routing: { kind: 'failover', role: 'SECONDARY' },
    ttlSeconds: 60,
    values: ['2001:db8::1'],
  },
  { name: 'a-d.example.com', type: 'TXT', ttlSeconds: 300, values: ['"heritage=external-dns"'] },
];

describe('route53Zones', () => {
  it('writes each set so that the same is read again', async () => {
    route53.on(ChangeResourceRecordSetsCommand).resolves({});
    const changes = SETS.map((set) => ({ action: 'CREATE', set }) as const);
    expect(await zones().change('Z1', changes)).toEqual({ ok: true, value: undefined });
    const [call] = route53.commandCalls(ChangeResourceRecordSetsCommand);
    const sent = call?.args[0].input.ChangeBatch?.Changes ?? [];
    expect(call?.args[0].input.HostedZoneId).toBe('Z1');
    expect(sent.map(({ Action }) => Action)).toEqual(SETS.map(() => 'CREATE'));
    const asKept = sent.map(({ ResourceRecordSet: set }) => ({
      ...set,
      Name: `${set?.Name?.replace('*', '\\052')}.`,
      Type: set?.Type,
      ...(set?.AliasTarget === undefined
        ? {}
        : { AliasTarget: { ...set.AliasTarget, DNSName: `${set.AliasTarget.DNSName}.` } }),
    }));
    route53.on(ListResourceRecordSetsCommand).resolves({
      ResourceRecordSets: asKept,
      IsTruncated: false,
      MaxItems: 300,
    });
    expect(await zones().list('Z1')).toEqual({ ok: true, value: SETS });
  });

  it('lists page by page, 300 sets each, from where the last one ended', async () => {
    const page = (name: string) => [{ Name: name, Type: 'A' as const, TTL: 60 }];
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce({
        ResourceRecordSets: page('a.example.com.'),
        IsTruncated: true,
        NextRecordName: 'b.example.com.',
        NextRecordType: 'A',
        NextRecordIdentifier: 'x',
        MaxItems: 300,
      })
      .resolvesOnce({
        ResourceRecordSets: page('b.example.com.'),
        IsTruncated: false,
        MaxItems: 300,
      });
    const listed = await zones().list('Z1');
    expect(listed.ok && listed.value.map(({ name }) => name)).toEqual([
      'a.example.com',
      'b.example.com',
    ]);
    const calls = route53.commandCalls(ListResourceRecordSetsCommand);
    expect(calls.map(({ args }) => args[0].input)).toEqual([
      { HostedZoneId: 'Z1', MaxItems: 300 },
      {
        ...{ HostedZoneId: 'Z1', MaxItems: 300, StartRecordName: 'b.example.com.' },
        ...{ StartRecordType: 'A', StartRecordIdentifier: 'x' },
      },
    ]);
  });

  it('lists one name in one call', async () => {
    route53.on(ListResourceRecordSetsCommand).resolves({
      ResourceRecordSets: [
        { Name: 'a.example.com.', Type: 'A', TTL: 60 },
        { Name: 'b.example.com.', Type: 'A', TTL: 60 },
      ],
      IsTruncated: true,
      NextRecordName: 'c.example.com.',
      MaxItems: 300,
    });
    const listed = await zones().list('Z1', 'a.example.com');
    expect(listed.ok && listed.value.map(({ name }) => name)).toEqual(['a.example.com']);
    expect(route53.commandCalls(ListResourceRecordSetsCommand)).toHaveLength(1);
  });

  it('asks once for the name of a zone, and again when the zone has gone', async () => {
    const HostedZone = { Id: '/hostedzone/Z1', Name: 'Example.com.', CallerReference: '' };
    route53.on(GetHostedZoneCommand).resolves({ HostedZone });
    route53
      .on(ListResourceRecordSetsCommand)
      .rejects(new NoSuchHostedZone({ message: 'gone', $metadata }));
    const asked = zones();
    const expected = { ok: true, value: { id: 'Z1', name: 'example.com' } };
    expect([await asked.describe('Z1'), await asked.describe('Z1')]).toEqual([expected, expected]);
    expect(route53.commandCalls(GetHostedZoneCommand)).toHaveLength(1);
    expect(await asked.list('Z1')).toEqual({
      ok: false,
      error: { kind: 'NoSuchZone', messages: ['gone'] },
    });
    await asked.describe('Z1');
    expect(route53.commandCalls(GetHostedZoneCommand)).toHaveLength(2);
  });

  const named = (name: string, more: object = {}) =>
    Object.assign(new Error('no'), { name, ...more });
  it.each([
    ['a refusal', new InvalidChangeBatch({ message: '[a]', $metadata }), 'Refused', ['[a]']],
    [
      'a refusal with messages',
      new InvalidChangeBatch({ message: '', messages: ['a', 'b'], $metadata }),
      'Refused',
      ['a', 'b'],
    ],
    [
      'a refusal in the old form',
      named('Unknown', { $metadata: { httpStatusCode: 400 }, Messages: { Message: ['a', 'b'] } }),
      'Refused',
      ['a', 'b'],
    ],
    [
      'one message in the old form',
      named('Unknown', { $metadata: { httpStatusCode: 400 }, Messages: { Message: 'a' } }),
      'Refused',
      ['a'],
    ],
    ['input that is none', named('InvalidInput'), 'Refused', ['no']],
    ['a zone that is busy', named('PriorRequestNotComplete'), 'Busy', ['no']],
    ['throttling', named('Throttling'), 'Throttled', ['no']],
    ['throttling, newer', named('ThrottlingException'), 'Throttled', ['no']],
    ['missing rights', named('AccessDenied'), 'Denied', ['no']],
    ['a broken connection', named('TimeoutError'), 'Failed', ['TimeoutError: no']],
    [
      'an error of the service',
      named('Unknown', { $metadata: { httpStatusCode: 500 } }),
      'Failed',
      ['Unknown: no'],
    ],
  ])('tells %s', async (_, thrown, kind, messages) => {
    route53.on(ChangeResourceRecordSetsCommand).rejects(thrown);
    expect(await zones().change('Z1', [])).toEqual({ ok: false, error: { kind, messages } });
  });
});
