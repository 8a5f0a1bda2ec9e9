import { describe, expect, it } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

const host = { clusterName: 'cluster0', region: 'us-west-2' };

function problemsOf(context: unknown): string[] {
  const read = readSettings(context);
  return read.ok ? [] : read.problems;
}

describe('readSettings', () => {
  it('fills in every default when only a host is given', () => {
    const read = readSettings({ host });

    expect(read).toEqual({
      ok: true,
      settings: {
        stackName: 'kubefed-eks',
        host,
        members: [],
        kubefedNamespace: 'kube-federation-system',
        logRetentionDays: 14,
        sweepMinutes: 10,
        maxConcurrency: { plan: 10, apply: 20, status: 10 },
        destroy: 'keep',
        emulated: false,
      },
    });
  });

  it('reads JSON as it comes from the command line', () => {
    const read = readSettings(JSON.stringify({ host, maxConcurrency: { apply: 5 } }));

    expect(read).toMatchObject({
      ok: true,
      settings: { host, maxConcurrency: { plan: 10, apply: 5, status: 10 } },
    });
  });

  it('names all problems at once, each with its path and what was expected', () => {
    const problems = problemsOf({
      hosts: host,
      account: 111122223333,
      members: [
        { clusterName: '-', region: 'Oregon' },
        { clusterName: 'a', region: 'us-east-1', role: 'x' },
      ],
      logRetentionDays: 15,
      sweepMinutes: 0.5,
      maxConcurrency: { apply: 1 },
      destroy: 'all',
      emulated: 'yes',
    });

    expect(problems.sort()).toEqual([
      'kubefed-eks.account: expected an AWS account id, a string of 12 digits, got 111122223333',
      'kubefed-eks.destroy: expected "keep" or "everything", got "all"',
      'kubefed-eks.emulated: expected true or false, got "yes"',
      'kubefed-eks.host: expected an object with the clusterName and region of the host cluster, got nothing',
      'kubefed-eks.hosts: there is no such setting',
      expect.stringMatching(
        /^kubefed-eks\.logRetentionDays: expected a retention that CloudWatch Logs knows: 1, 3, .*, got 15$/,
      ),
      'kubefed-eks.maxConcurrency.apply: expected a whole number from 2 to 1000, got 1',
      'kubefed-eks.members[0].clusterName: expected the name of an EKS cluster, got "-"',
      'kubefed-eks.members[0].region: expected an AWS Region such as "us-west-2", got "Oregon"',
      'kubefed-eks.members[1].role: there is no such setting',
      'kubefed-eks.sweepMinutes: expected a whole number from 1 to 1440, got 0.5',
    ]);
  });

  it.each([
    [
      'nothing',
      undefined,
      /^kubefed-eks: expected an object with at least a host; .*, got nothing$/,
    ],
    ['a list', [], /^kubefed-eks: expected an object with at least a host; .*, got \[\]$/],
    ['text that is not JSON', '{host', /^kubefed-eks: expected JSON \(.+\)$/],
  ])('has one problem with %s', (_, context, expected) => {
    expect(problemsOf(context)).toEqual([expect.stringMatching(expected)]);
  });

  it.each([
    ['stackName', 'kubefed_eks'],
    ['region', 'us-west'],
    ['kubefedNamespace', 'Kube'],
    ['alarmTopicArn', 'arn:aws:sqs:us-west-2:111122223333:alarms'],
    ['vpc', { subnetIds: [], securityGroupIds: ['sg-1'] }],
    ['vpc', { subnetIds: ['10.0.0.0/24'], securityGroupIds: ['sg-1'] }],
  ])('refuses %s = %j', (name, value) => {
    const [problem, ...others] = problemsOf({ host, [name]: value });

    expect(problem).toMatch(new RegExp(`^kubefed-eks\\.${name}.*: expected .+, got .+$`));
    expect(others).toEqual([]);
  });

  it('asks for a role when a member is in another account', () => {
    const member = { clusterName: 'far', region: 'us-east-1', accountId: '444455556666' };
    const roleArn = 'arn:aws:iam::444455556666:role/federation';

    expect(problemsOf({ account: '111122223333', host, members: [member] })).toEqual([
      'kubefed-eks.members[0].roleArn: expected the ARN of a role in account 444455556666, ' +
        'for it is not the account of the stack (set "account" if it is), got nothing',
    ]);
    expect(problemsOf({ account: '444455556666', host, members: [member] })).toEqual([]);
    expect(problemsOf({ host, members: [{ ...member, roleArn }] })).toEqual([]);
  });
});
