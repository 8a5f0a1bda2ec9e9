import { describe, expect, it } from 'vitest';
import { DNS_ENDPOINTS, DOMAINS, RECORDS } from '../../../lib/model/dns-record.ts';
import { valueAt } from '../../../lib/model/json.ts';
import { PROD, recordFederation, WEB } from '../records.ts';

const KEY = { ...WEB, name: 'service-web' };

describe('what a record says to its zones', () => {
  it('stands on the DNSEndpoint: of the record, or else of its Domain, and goes again', async () => {
    const federation = recordFederation();
    const { host } = federation;
    const annotations = () => valueAt(federation.endpoint(), 'metadata', 'annotations');
    const annotate = (zones: string | null) => ({
      metadata: { annotations: { 'kubefed.io/hosted-zones': zones } },
    });
    await host.patch(DOMAINS, PROD, annotate('Z1'));
    await federation.pass();
    expect(annotations()).toEqual({ 'kubefed.io/hosted-zones': 'Z1' });
    await host.patch(RECORDS.service, WEB, annotate('Z2'));
    await federation.pass();
    expect(annotations()).toEqual({ 'kubefed.io/hosted-zones': 'Z2' });
    await host.patch(RECORDS.service, WEB, annotate(null));
    await host.patch(DOMAINS, PROD, annotate(null));
    await federation.pass();
    expect(annotations() ?? {}).toEqual({});
  });

  it('comes back on the record as a message, while the problem lasts', async () => {
    const federation = recordFederation();
    await federation.pass();
    const problem = { dnsName: 'web.example.com', reason: 'Conflict', message: 'Somebody has it.' };
    const say = (problems: (typeof problem)[] | null) =>
      federation.host.patch(
        DNS_ENDPOINTS,
        KEY,
        { status: { zones: { Z1: { records: 2, problems } } } },
        'status',
      );
    await say([problem]);
    await federation.pass();
    const message = 'web.example.com: Conflict. Somebody has it.';
    expect(federation.status()).toMatchObject({ message });
    await say(null);
    await federation.pass();
    expect(valueAt(federation.status(), 'message')).toBeUndefined();
  });
});
