import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { Change } from '../../lib/cli/changes.ts';
import type { JoinResult } from '../../lib/cli/join-cluster.ts';
import { printJoin, printUnjoin } from '../../lib/cli/print-result.ts';
import { fakeTerminal, TOKEN } from './fixtures.ts';

const SECRET: Change = {
  action: 'create',
  place: 'host',
  what: 'Secret ns/x',
  object: { kind: 'Secret', metadata: { name: 'x' }, data: { token: TOKEN } },
};
const ENTRY: Change = { action: 'create', place: 'eks', what: 'access entry y' };

const RESULT: JoinResult = {
  name: 'cluster1',
  namespace: 'ns',
  kind: 'eks',
  dryRun: false,
  ready: true,
  spec: { eks: { clusterName: 'basic', region: 'us-west-2' } },
  changes: [SECRET, ENTRY],
};

async function printed(result: Partial<JoinResult>, output?: 'json'): Promise<string> {
  const terminal = fakeTerminal();
  await printJoin(terminal, { ...RESULT, ...result }, output);
  return terminal.results.join('\n');
}

describe('printJoin', () => {
  it.each<[string, Partial<JoinResult>, string]>([
    ['joined', {}, 'cluster1 joined: EKS cluster basic in us-west-2, Ready'],
    [
      'joined without waiting',
      { ready: undefined },
      'cluster1 joined: EKS cluster basic in us-west-2, not waited for',
    ],
    [
      'nothing to do',
      { changes: [{ ...ENTRY, action: 'unchanged' }] },
      'cluster1 is joined already, nothing changed: EKS cluster basic in us-west-2, Ready',
    ],
    [
      'nothing would be done',
      { dryRun: true, ready: undefined, changes: [] },
      '# cluster1: nothing would change',
    ],
    [
      'another cluster',
      { spec: { apiEndpoint: 'https://x' } },
      'cluster1 joined: the cluster at https://x, Ready',
    ],
  ])('prints one line: %s', async (_, result, line) => {
    expect(await printed(result)).toBe(line);
  });

  it('prints one JSON document, without the objects', async () => {
    expect(JSON.parse(await printed({ ready: undefined }, 'json'))).toEqual({
      name: 'cluster1',
      namespace: 'ns',
      kind: 'eks',
      dryRun: false,
      ready: null,
      spec: RESULT.spec,
      changes: [{ action: 'create', place: 'host', what: 'Secret ns/x' }, ENTRY],
    });
  });

  it('prints the plan of a dry run as YAML, never what a Secret holds', async () => {
    const text = await printed({ dryRun: true, ready: undefined });

    expect(text).not.toContain(TOKEN);
    expect(text).toContain('# host: create Secret ns/x\n');
    expect(text).toContain('# eks: create access entry y\n');
    expect(text).toContain('# cluster1 would join: EKS cluster basic in us-west-2');
    expect(parseAllDocuments(text).map((document) => document.toJS())).toContainEqual({
      kind: 'Secret',
      metadata: { name: 'x' },
      data: { token: '(not shown)' },
    });
  });

  it('prints the plan of a dry run as JSON', async () => {
    const document: unknown = parse(await printed({ dryRun: true }, 'json'));

    expect(document).toMatchObject({ changes: [{ object: { kind: 'Secret' } }, { place: 'eks' }] });
  });
});

describe('printUnjoin', () => {
  const LEFT = { name: 'c', namespace: 'ns', dryRun: false, changes: [], skipped: [] };

  it.each([
    [{}, 'c unjoined. Objects that were propagated to it stay there.'],
    [
      { skipped: ['cannot x'] },
      'c unjoined; not cleaned up in the member: 1. Objects that were propagated to it stay there.',
    ],
    [{ dryRun: true }, '# c would leave'],
  ])('prints one line for %j', async (parts, line) => {
    const terminal = fakeTerminal();

    await printUnjoin(terminal, { ...LEFT, ...parts });

    expect(terminal.results).toEqual([line]);
  });

  it('prints one JSON document', async () => {
    const terminal = fakeTerminal();

    await printUnjoin(terminal, LEFT, 'json');

    expect(terminal.results.map((text): unknown => JSON.parse(text))).toEqual([LEFT]);
  });
});
