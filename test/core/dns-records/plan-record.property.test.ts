import { ResourceRecordSetRegion } from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_REGIONS } from '../../../lib/core/dns-records/latency-regions.ts';
import { clusters, known, last, record } from './arbitraries.ts';
import { plan } from './facts.ts';
import { refusals } from './route53-rules.ts';

describe('planRecord', () => {
  it('never makes what Route 53 refuses', () => {
    fc.assert(
      fc.property(record, clusters, last, (of, members, status) => {
        expect(refusals(plan(of, members, { status, known }).endpoints)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same again when nothing has changed', () => {
    fc.assert(
      fc.property(record, clusters, last, (of, members, status) => {
        const first = plan(of, members, { status, known });
        const second = plan(of, members.toReversed(), { status: first.status, known });
        expect(second).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('leads somewhere as long as one cluster is live, in every routing', () => {
    fc.assert(
      fc.property(record, clusters, last, (of, members, status) => {
        const planned = plan(of, members, { status, known });
        const isLive = JSON.stringify(planned.status).includes('"ingress"');
        const isNamed =
          of.kind === 'service'
            ? !of.externalName?.includes('xx')
            : of.hosts.some((h) => !h.includes(' '));
        const leads = planned.endpoints.some(
          ({ recordType, targets }) =>
            recordType !== 'CNAME' || targets.some((target) => target.endsWith('outside.test')),
        );
        if (isNamed) expect(leads).toBe(isLive);
      }),
      { numRuns: 300 },
    );
  });
});

describe('LATENCY_REGIONS', () => {
  it('are those of the SDK', () => {
    expect([...LATENCY_REGIONS].sort()).toEqual(Object.values(ResourceRecordSetRegion).sort());
  });
});
