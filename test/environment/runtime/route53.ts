import type { RecordSet, SetRouting, ZoneChange } from '../../../lib/model/record-set.ts';
import type { HostedZones, ZoneError } from '../../../lib/ports.ts';
import type { ApiResponse, Route } from './api-server.ts';

const VERSION = '2013-04-01';
const NAMESPACE = `https://route53.amazonaws.com/doc/${VERSION}/`;

/**
 * Route 53 GetHostedZone, ListResourceRecordSets (all on one page) and ChangeResourceRecordSets, over zones in memory.
 *
 * Source: AWS, Route 53 API reference 2013-04-01
 */
export function route53Route(zones: HostedZones): Route {
  return async ({ method, path, query, body }) => {
    const [version, resource, id = '', sets] = path.filter((each) => each !== '');
    if (version !== VERSION || resource !== 'hostedzone') return undefined;
    if (sets === undefined) {
      const found = await zones.describe(id);
      if (!found.ok) return refusal(found.error);
      return xml(
        'GetHostedZoneResponse',
        `<HostedZone><Id>/hostedzone/${id}</Id><Name>${found.value.name}.</Name><CallerReference>x</CallerReference></HostedZone>`,
      );
    }
    if (method === 'GET') {
      const found = await zones.list(id, query.get('name')?.replace(/\.$/, '') ?? undefined);
      if (!found.ok) return refusal(found.error);
      return xml(
        'ListResourceRecordSetsResponse',
        `<ResourceRecordSets>${found.value.map(setXml).join('')}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems>`,
      );
    }
    const changed = await zones.change(id, all(body, 'Change').map(changeOf));
    if (!changed.ok) return refusal(changed.error);
    return xml(
      'ChangeResourceRecordSetsResponse',
      '<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>',
    );
  };
}

const CODES: Readonly<Record<ZoneError['kind'], string>> = {
  Refused: 'InvalidChangeBatch',
  Busy: 'PriorRequestNotComplete',
  Throttled: 'Throttling',
  NoSuchZone: 'NoSuchHostedZone',
  Denied: 'AccessDenied',
  Failed: 'InternalError',
};

function refusal({ kind, messages }: ZoneError): ApiResponse {
  const error = `<Error><Type>Sender</Type><Code>${CODES[kind]}</Code><Message>[${escaped(messages.join(', '))}]</Message></Error>`;
  return { ...xml('ErrorResponse', `${error}<RequestId>r</RequestId>`), status: 400 };
}

function xml(root: string, content: string): { status: number; body: string } {
  const body = `<?xml version="1.0"?><${root} xmlns="${NAMESPACE}">${content}</${root}>`;
  return { status: 200, body };
}

function setXml(set: RecordSet): string {
  const { name, type, setIdentifier, routing, ttlSeconds, values, alias, healthCheckId } = set;
  const records = values.map((value) => `<ResourceRecord>${tag('Value', value)}</ResourceRecord>`);
  return tag(
    'ResourceRecordSet',
    [
      tag('Name', `${name}.`),
      tag('Type', type),
      tag('SetIdentifier', setIdentifier),
      routing?.kind === 'weighted' ? tag('Weight', String(routing.weight)) : '',
      routing?.kind === 'latency' ? tag('Region', routing.region) : '',
      routing?.kind === 'failover' ? tag('Failover', routing.role) : '',
      tag('TTL', ttlSeconds?.toString()),
      records.length === 0 ? '' : `<ResourceRecords>${records.join('')}</ResourceRecords>`,
      alias === undefined
        ? ''
        : `<AliasTarget>${tag('HostedZoneId', alias.hostedZoneId)}${tag('DNSName', `${alias.name}.`)}${tag('EvaluateTargetHealth', String(alias.evaluateTargetHealth))}</AliasTarget>`,
      tag('HealthCheckId', healthCheckId),
    ].join(''),
    true,
  );
}

function tag(name: string, text: string | undefined, isXml = false): string {
  return text === undefined ? '' : `<${name}>${isXml ? text : escaped(text)}</${name}>`;
}

function changeOf(text: string): ZoneChange {
  const action = one(text, 'Action');
  if (action !== 'CREATE' && action !== 'UPSERT' && action !== 'DELETE') {
    throw new Error(`the action ${action} is not modelled`);
  }
  const set = one(text, 'ResourceRecordSet') ?? '';
  const alias = one(set, 'AliasTarget');
  const identifier = one(set, 'SetIdentifier');
  const ttl = one(set, 'TTL');
  const check = one(set, 'HealthCheckId');
  const routing = routingOf(set);
  return {
    action,
    set: {
      name: one(set, 'Name') ?? '',
      type: one(set, 'Type') ?? '',
      ...(identifier === undefined ? {} : { setIdentifier: identifier }),
      ...(routing === undefined ? {} : { routing }),
      ...(ttl === undefined ? {} : { ttlSeconds: Number(ttl) }),
      values: all(set, 'Value').map(unescaped),
      ...(alias === undefined ? {} : { alias: aliasOf(alias) }),
      ...(check === undefined ? {} : { healthCheckId: check }),
    },
  };
}

function aliasOf(alias: string) {
  return {
    hostedZoneId: one(alias, 'HostedZoneId') ?? '',
    name: one(alias, 'DNSName') ?? '',
    evaluateTargetHealth: one(alias, 'EvaluateTargetHealth') === 'true',
  };
}

function routingOf(set: string): SetRouting | undefined {
  const region = one(set, 'Region');
  if (region !== undefined) return { kind: 'latency', region };
  const weight = one(set, 'Weight');
  if (weight !== undefined) return { kind: 'weighted', weight: Number(weight) };
  const role = one(set, 'Failover');
  return role === undefined ? undefined : { kind: 'failover', role };
}

/** The SDK writes elements without attributes, and none of these within one of its own name. */
function all(text: string, name: string): string[] {
  const found = text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'));
  return [...found].map(([, content = '']) => content);
}

function one(text: string, name: string): string | undefined {
  const [found] = all(text, name);
  return found === undefined ? undefined : unescaped(found);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function unescaped(text: string): string {
  if (text.includes('<')) return text;
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
