import {
  GetHostedZoneCommand,
  Route53Client,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { openAnswers } from '../../../lib/cli/connect/open-answers.ts';

const route53 = mockClient(Route53Client);
const QUESTION = { zoneId: 'Z1', dnsName: 'web.example.com', type: 'A' };

afterEach(() => void route53.reset());

describe('openAnswers', () => {
  it('knows a zone by its plain name', async () => {
    const HostedZone = { Id: '/hostedzone/Z1', Name: 'Example.com.', CallerReference: 'x' };
    route53.on(GetHostedZoneCommand, { Id: 'Z1' }).resolves({ HostedZone });

    expect(await openAnswers(undefined).zoneName('Z1')).toBe('example.com');
  });

  it.each([
    [{}, {}],
    [{ resolverIp: '192.0.2.53' }, { ResolverIP: '192.0.2.53' }],
    [{ clientIp: '198.51.100.7' }, { EDNS0ClientSubnetIP: '198.51.100.7' }],
  ])('asks for whoever asks: %j', async (asker, input) => {
    route53.on(TestDNSAnswerCommand).resolves({ ResponseCode: 'NOERROR', RecordData: ['1.2.3.4'] });

    const answer = await openAnswers(undefined).answer(QUESTION, asker);

    expect(answer).toEqual({ code: 'NOERROR', values: ['1.2.3.4'] });
    const question = { HostedZoneId: 'Z1', RecordName: 'web.example.com', RecordType: 'A' };
    expect(route53.commandCalls(TestDNSAnswerCommand)[0]?.args[0].input).toEqual({
      ...question,
      ...input,
    });
  });

  it('passes on what Route 53 says no with', async () => {
    route53.on(TestDNSAnswerCommand).rejects(Object.assign(new Error('private'), { name: 'X' }));

    await expect(openAnswers(undefined).answer(QUESTION, {})).rejects.toThrow('private');
  });
});
