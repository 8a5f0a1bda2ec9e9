import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveClusterName, uniqueClusterName } from '../../lib/core/cluster-name.ts';

const LEGAL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Text that looks like what tools write, and text that does not. */
const text = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'Z', '0', '-', '_', '.', '@', ':', '/', 'é', ' ', 'cluster'))
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'nick-aws@basic.us-west-2.eksctl.io',
    'arn:aws:eks:us-west-2:111122223333:cluster/x',
    `arn:aws:eks:us-west-2:111122223333:cluster/${'x'.repeat(100)}`,
    'a'.repeat(80),
    `${'a'.repeat(62)}-${'b'.repeat(20)}`,
  ),
);

describe('deriveClusterName', () => {
  it.each([
    ['11.4, B eksctl context', 'nick-aws@basic.us-west-2.eksctl.io', 'basic'],
    ['11.4 eksctl context of a user with an @', 'me@corp.com@basic.us-west-2.eksctl.io', 'basic'],
    ['B eksctl cluster name', 'basic.us-west-2.eksctl.io', 'basic'],
    ['11.4 ARN', 'arn:aws:eks:us-west-2:111122223333:cluster/x', 'x'],
    ['11.4 ARN of another partition', 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/x', 'x'],
    ['11.4 upper case in an ARN', 'arn:aws:eks:us-west-2:111122223333:cluster/Shop_1', 'shop-1'],
    ['ARN of something else', 'arn:aws:iam::1:role/x', 'arn-aws-iam-1-role-x'],
    ['B renamed context', 'nick0-cluster0', 'nick0-cluster0'],
    ['GKE context', 'gke_project_europe-west1_Prod', 'gke-project-europe-west1-prod'],
    ['kubeadm context', 'kubernetes-admin@kubernetes', 'kubernetes-admin-kubernetes'],
    [
      'a host name',
      'basic.us-west-2.eksctl.io.example.com',
      'basic-us-west-2-eksctl-io-example-com',
    ],
    ['a legal name with two dashes', 'a--b', 'a--b'],
    ['characters at the ends', '--_Shop_--', 'shop'],
    ['nothing usable', '@@@', 'cluster'],
    ['nothing', '', 'cluster'],
    ['too long', 'a'.repeat(70), 'a'.repeat(63)],
    ['too long, cut at a dash', `${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  ])('derives from %s', (_, from, name) => {
    expect(deriveClusterName(from)).toBe(name);
  });

  it('always gives a legal name', () => {
    fc.assert(
      fc.property(text, (from) => {
        expect(deriveClusterName(from)).toMatch(LEGAL);
      }),
    );
  });

  it('leaves a legal name as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(LEGAL), (name) => {
        expect(deriveClusterName(name)).toBe(name);
      }),
    );
    fc.assert(
      fc.property(text, (from) => {
        const name = deriveClusterName(from);
        expect(deriveClusterName(name)).toBe(name);
      }),
    );
  });
});

describe('uniqueClusterName', () => {
  it.each<[string, string, string[], string, string]>([
    ['free', 'basic', ['other'], 'us-west-2', 'basic'],
    ['taken', 'basic', ['basic'], 'us-west-2', 'basic-us-west-2'],
    ['taken with hint', 'basic', ['basic', 'basic-us-west-2'], 'us-west-2', 'basic-us-west-2-2'],
    ['taken twice', 'a', ['a', 'a-eu', 'a-eu-2', 'a-eu-3'], 'EU', 'a-eu-4'],
    ['no hint', 'basic', ['basic'], '', 'basic-2'],
    ['no usable hint', 'basic', ['basic'], '@@', 'basic-2'],
    ['long name', 'a'.repeat(63), ['a'.repeat(63)], 'eu-west-1', `${'a'.repeat(53)}-eu-west-1`],
    ['long hint', 'a', ['a'], 'b'.repeat(60), `a-${'b'.repeat(31)}`],
    ['not derived yet', 'nick@basic.us-west-2.eksctl.io', [], '', 'basic'],
  ])('names a cluster: %s', (...row) => {
    const [, candidate, taken, hint, name] = row;

    expect(uniqueClusterName(candidate, new Set(taken), hint)).toBe(name);
  });

  it('always gives a legal name that is not taken, and keeps it', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), text, (others, hint) => {
        const taken = new Set<string>();
        for (const other of [...others, ...others]) {
          const name = uniqueClusterName(other, taken, hint);

          expect(name).toMatch(LEGAL);
          expect(taken).not.toContain(name);
          expect(uniqueClusterName(name, taken, hint)).toBe(name);
          taken.add(name);
        }
      }),
    );
  });
});
