import { describe, expect, it } from 'vitest';
import { ChangeMessage, Job, Outcome, ProbeMessage } from '../../lib/model/messages.ts';
import { parseMessage } from '../../lib/runtime/parse-message.ts';
import { planFacts } from '../core/plan-facts.ts';

const CHANGE = { v: 1, kind: 'object', type: 'configmaps', namespace: 'shop', name: 'a' };
const SUBJECT = { v: 1, type: 'configmaps', name: 'a', seenAtMs: 1 };

const reads = (schema: Parameters<typeof parseMessage>[0], message: unknown) =>
  parseMessage(schema)(JSON.stringify(message)).ok;

describe('ChangeMessage', () => {
  it('is an object or a sweep', () => {
    expect(reads(ChangeMessage, { ...CHANGE, cause: 'edit', seenAtMs: 1 })).toBe(true);
    const sweep = { v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: 1 };
    expect(reads(ChangeMessage, sweep)).toBe(true);
  });

  it.each([
    ['another version', { v: 2 }],
    ['another kind', { kind: 'wish' }],
    ['another cause', { cause: 'whim' }],
    ['no name', { name: '' }],
    ['a name that is no text', { name: 1 }],
  ])('is refused with %s', (_, wrong) => {
    expect(reads(ChangeMessage, { ...CHANGE, cause: 'edit', seenAtMs: 1, ...wrong })).toBe(false);
  });
});

describe('Job', () => {
  const job = { ...SUBJECT, cluster: 'east', action: 'ensure', plan: planFacts() };

  it('carries the plan', () => {
    expect(reads(Job, job)).toBe(true);
    expect(reads(Job, { ...job, action: 'destroy' })).toBe(false);
    expect(reads(Job, { ...job, plan: { uid: 'u' } })).toBe(false);
  });
});

describe('Outcome', () => {
  it('knows the codes, and what is gone', () => {
    const outcome = (code: string) => ({
      ...SUBJECT,
      plan: planFacts(),
      results: [{ cluster: 'east', code }],
    });

    expect(reads(Outcome, outcome('OK'))).toBe(true);
    expect(reads(Outcome, outcome('gone'))).toBe(true);
    expect(reads(Outcome, outcome('Sulking'))).toBe(false);
  });
});

describe('ProbeMessage', () => {
  it('asks for one cluster, or for all of them at a time', () => {
    const round = { v: 1, kind: 'round', afterSeconds: 10, dueAtMs: 1_000 };

    expect(reads(ProbeMessage, { v: 1, kind: 'probe', cluster: 'east' })).toBe(true);
    expect(reads(ProbeMessage, { v: 1, kind: 'probe' })).toBe(false);
    expect(reads(ProbeMessage, round)).toBe(true);
    expect(reads(ProbeMessage, { ...round, dueAtMs: undefined })).toBe(false);
  });
});
