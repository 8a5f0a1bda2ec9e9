import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../lib/cli/command-error.ts';
import type { ContextEntry } from '../../../lib/cli/connect/eks-reference.ts';
import { resolveTarget } from '../../../lib/cli/connect/resolve-target.ts';
import type { JoinRequest } from '../../../lib/cli/requests.ts';
import { ACCOUNT, ARN, ENDPOINT, joinRequest, ONPREM } from '../fixtures.ts';

const EKSCTL: ContextEntry = {
  name: 'nick-aws@basic.us-west-2.eksctl.io',
  clusterName: 'basic.us-west-2.eksctl.io',
  server: ENDPOINT,
  insecure: false,
};
const NAMELESS: ContextEntry = { ...EKSCTL, name: 'nameless', clusterName: 'kubernetes' };
const CONTEXTS = [ONPREM, EKSCTL, NAMELESS];
const BASIC = { clusterName: 'basic', region: 'us-west-2' };

const kubeconfig = {
  has: (name: string) => CONTEXTS.some((one) => one.name === name),
  entry(name: string): ContextEntry {
    const found = CONTEXTS.find((one) => one.name === name);
    if (found === undefined) throw new CommandError('ContextNotFound', `no context ${name}`);
    return found;
  },
};

describe('resolveTarget', () => {
  it.each<[string, Partial<JoinRequest>, object]>([
    [
      'an ARN: IAM',
      { clusterArn: ARN },
      { target: { kind: 'eks', eks: { ...BASIC, account: ACCOUNT }, from: ARN } },
    ],
    [
      'an EKS name and a Region: IAM',
      { name: 'x', clusterName: 'basic', region: 'us-west-2' },
      { target: { kind: 'eks', eks: BASIC, from: 'basic' } },
    ],
    [
      'an EKS name and a context: the context reaches the member',
      { ...BASIC, clusterContext: 'nameless' },
      { target: { kind: 'eks', eks: BASIC, from: 'basic' }, context: 'nameless' },
    ],
    [
      'an ARN and a context: the context reaches the member',
      { clusterArn: ARN, clusterContext: 'nameless' },
      {
        target: { kind: 'eks', eks: { ...BASIC, account: ACCOUNT }, from: ARN },
        context: 'nameless',
      },
    ],
    [
      'a context of EKS',
      { name: 'cluster1', clusterContext: EKSCTL.name },
      { target: { kind: 'eks', eks: BASIC, from: EKSCTL.name }, context: EKSCTL.name },
    ],
    [
      'a context of another cluster',
      { clusterContext: 'onprem' },
      { target: { kind: 'token', entry: ONPREM, from: 'onprem' }, context: 'onprem' },
    ],
    [
      'NAME alone: the context of that name',
      { name: 'onprem' },
      { target: { kind: 'token', entry: ONPREM, from: 'onprem' }, context: 'onprem' },
    ],
    [
      'an ARN for NAME that is no context',
      { name: ARN },
      { target: { kind: 'eks', eks: { ...BASIC, account: ACCOUNT }, from: ARN } },
    ],
  ])('%s', (_, request, expected) => {
    expect(resolveTarget(joinRequest(request), kubeconfig)).toEqual(expected);
  });

  it.each<[string, Partial<JoinRequest>, string, string]>([
    ['nothing', {}, 'Usage', 'NAME is required, or --cluster-arn, or --cluster-context'],
    [
      'a wrong ARN',
      { clusterArn: 'arn:x' },
      'Usage',
      '--cluster-arn arn:x is not the ARN of an EKS cluster',
    ],
    ['an unknown context', { name: 'nowhere' }, 'ContextNotFound', 'no context nowhere'],
    [
      'an unknown context beside an ARN',
      { clusterArn: ARN, clusterContext: 'nowhere' },
      'ContextNotFound',
      'no context nowhere',
    ],
    [
      'a role for a cluster that is not of EKS',
      { clusterContext: 'onprem', roleArn: 'arn:aws:iam::444455556666:role/x' },
      'Usage',
      '--role-arn is for EKS clusters, and context "onprem" is of another',
    ],
    [
      'a context of EKS that does not tell the name',
      { clusterContext: 'nameless' },
      'EksContextIncomplete',
      'context "nameless" is of an EKS cluster, but its kubeconfig does not tell the cluster name',
    ],
  ])('refuses %s', (_, request, code, message) => {
    expect(() => resolveTarget(joinRequest(request), kubeconfig)).toThrow(
      expect.objectContaining({ code, message }),
    );
  });
});
