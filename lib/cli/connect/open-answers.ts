import { resolve4 } from 'node:dns/promises';
import {
  GetHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { plainName } from '../../adapters/route53/record-set.ts';
import type { Asker, Question } from '../dns/ask.ts';
import { regionHost } from '../dns/region-host.ts';
import { withinSeconds } from './within-seconds.ts';

/** What Route 53 would answer, with the caller's own credentials. */
export interface OpenAnswers {
  /** @returns the name of a hosted zone, without the dot at the end. @throws the SDK's error */
  zoneName(zoneId: string): Promise<string>;
  /** One call; Route 53 allows five a second in an account. @throws the SDK's error */
  answer(question: Question, asker: Asker): Promise<{ code: string; values: string[] }>;
  /** @returns the IPv4 address of something in that Region. @throws the resolver's error */
  addressIn(region: string): Promise<string>;
}

/** Route 53 has one endpoint, which signs for this Region. Source: AWS General Reference, Route 53 endpoints */
const REGION = 'us-east-1';
const AWS_PATIENCE_SECONDS = 10;

/**
 * @param profile AWS profile instead of AWS_PROFILE or the default one
 * Source: AWS, Route 53 API reference, TestDNSAnswer: the subnet of the client counts before the resolver; the default
 *   resolver is in us-east-1
 */
export function openAnswers(profile: string | undefined): OpenAnswers {
  let opened: Route53Client | undefined;
  const client = () => {
    opened ??= new Route53Client({ region: REGION, ...(profile === undefined ? {} : { profile }) });
    return opened;
  };
  const patiently = <T>(answer: Promise<T>) =>
    withinSeconds(AWS_PATIENCE_SECONDS, 'Route 53', answer);
  return {
    async zoneName(zoneId) {
      const found = await patiently(client().send(new GetHostedZoneCommand({ Id: zoneId })));
      return plainName(found.HostedZone?.Name ?? '');
    },
    async answer({ zoneId, dnsName, type }, { resolverIp, clientIp }) {
      const command = new TestDNSAnswerCommand({
        HostedZoneId: zoneId,
        RecordName: dnsName,
        // Only A, AAAA and CNAME are asked for.
        RecordType: type as ResourceRecordSet['Type'],
        ...(resolverIp === undefined ? {} : { ResolverIP: resolverIp }),
        ...(clientIp === undefined ? {} : { EDNS0ClientSubnetIP: clientIp }),
      });
      const found = await patiently(client().send(command));
      return { code: found.ResponseCode ?? '', values: found.RecordData ?? [] };
    },
    async addressIn(region) {
      const host = regionHost(region);
      const [address] = await resolve4(host);
      if (address === undefined) throw new Error(`${host} has no IPv4 address`);
      return address;
    },
  };
}
