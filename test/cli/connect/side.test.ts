import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { apiFailure, eksSide } from '../../../lib/cli/connect/side.ts';
import type { ApiErrorKind } from '../../../lib/ports.ts';

describe('apiFailure', () => {
  const basic = { clusterName: 'basic', region: 'us-west-2' };

  it.each<[ApiErrorKind, boolean, string[]]>([
    [
      'Unauthorized',
      false,
      ['aws eks create-access-entry', 'aws eks associate-access-policy', '--cluster-context'],
    ],
    ['Forbidden', false, ['aws eks associate-access-policy', '--cluster-context']],
    ['Unreachable', false, ['aws eks describe-cluster --name basic --region us-west-2']],
    ['Unreachable', true, ['run this inside its VPC']],
    ['Conflict', false, []],
  ])('knows what to do about %s of an EKS member (private: %s)', (kind, isPrivate, remedies) => {
    const side = eksSide(memoryCluster(), { ...basic, isPrivate });

    const error = apiFailure(side, 'read ClusterRole x', { kind, message: 'because' });

    expect(error.message).toBe(
      'member (EKS cluster basic in us-west-2): cannot read ClusterRole x: because',
    );
    expect(error.remedies).toEqual(remedies.map((part) => expect.stringContaining(part)));
  });
});
