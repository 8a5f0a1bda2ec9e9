import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { letStagesIn, letStagesOut } from '../../lib/runtime/stage-entries.ts';

const ENTRIES = {
  clusterName: 'host',
  roleArns: { plan: 'arn:aws:iam::1:role/plan', install: 'arn:aws:iam::1:role/install' },
};

function setUp() {
  const client = new EKSClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  mock.on(CreateAccessEntryCommand).resolves({});
  mock.on(AssociateAccessPolicyCommand).resolves({});
  mock.on(DeleteAccessEntryCommand).resolves({});
  return { client, mock };
}

describe('letStagesIn', () => {
  it('puts each role into the group of its stage', async () => {
    const { client, mock } = setUp();
    await letStagesIn(client, ENTRIES);

    const entries = mock
      .commandCalls(CreateAccessEntryCommand)
      .map(({ args: [{ input }] }) => input);
    expect(entries).toMatchObject([
      { clusterName: 'host', principalArn: /plan$/, kubernetesGroups: ['kubefed:plan'] },
      { clusterName: 'host', principalArn: /install$/, kubernetesGroups: ['kubefed:install'] },
    ]);
  });

  it('makes install an administrator, and nobody else', async () => {
    const { client, mock } = setUp();
    await letStagesIn(client, ENTRIES);

    const associations = mock.commandCalls(AssociateAccessPolicyCommand);
    expect(associations.map(({ args: [{ input }] }) => input)).toMatchObject([
      { principalArn: /install$/, policyArn: /AmazonEKSClusterAdminPolicy$/ },
    ]);
  });
});

describe('letStagesOut', () => {
  it('takes every role off', async () => {
    const { client, mock } = setUp();
    await letStagesOut(client, ENTRIES);

    expect(mock.commandCalls(DeleteAccessEntryCommand)).toHaveLength(2);
  });
});
