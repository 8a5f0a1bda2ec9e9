import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { buildStack } from './build-stack.ts';

const HOST_ROLE = 'arn:aws:iam::444455556666:role/host';

function findings(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  return violations.map(({ ruleName }) => ruleName);
}

describe('cdk-nag', () => {
  it.each([
    ['members listed', {}],
    ['no members listed', { members: [] }],
    ['no account', { account: undefined, members: [] }],
    ['a VPC', { vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] } }],
    [
      'a role for the host',
      { host: { clusterName: 'c', region: 'us-west-2', roleArn: HOST_ROLE } },
    ],
    ['DNS', { dns: { zones: ['Z1', { id: 'Z2', roleArn: HOST_ROLE }] } }],
    ['an alarm topic', { alarmTopicArn: 'arn:aws:sns:us-west-2:111122223333:alarms' }],
  ])('has no findings with %s', (_, settings: Record<string, unknown>) => {
    expect(findings(buildStack(settings))).toEqual([]);
  });

  it('finds what is wrong when something is', () => {
    const stack = buildStack();
    new Queue(stack, 'Bare');

    expect(findings(stack)).toContain('AwsSolutions-SQS4');
  });

  it('sees all wildcards that have reasons, and no others', () => {
    const stack = buildStack({ members: [] });
    const reasons = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries(data));

    expect(new Set(reasons.map(([id]) => id.replace(/^annotation::/i, '')))).toEqual(
      new Set([
        'AwsSolutions-IAM5[Resource::arn:aws:eks:*:111122223333:cluster/*]',
        'AwsSolutions-IAM5[Resource::arn:aws:eks:us-west-2:111122223333:access-entry/cluster0/*]',
      ]),
    );
    for (const [, reason] of reasons) expect(String(reason).length).toBeGreaterThan(60);
  });
});

describe('node infra/app.ts', () => {
  it('says all that is wrong with the settings, without a stack trace, and fails', () => {
    const context = { 'kubefed-eks': { host: { clusterName: 'c' }, sweep: 5 } };

    const run = spawnSync(process.execPath, [join('infra', 'app.ts')], {
      cwd: join(import.meta.dirname, '..', '..'),
      env: { CDK_CONTEXT_JSON: JSON.stringify(context) },
      encoding: 'utf8',
    });

    expect(run.stderr.trimEnd().split('\n')).toEqual([
      'The settings cannot be used. Correct "context" in cdk.json, or the option -c:',
      '  kubefed-eks.host.region: expected an AWS Region such as "us-west-2", got nothing',
      '  kubefed-eks.sweep: there is no such setting',
    ]);
    expect(run.status).toBe(1);
  }, 60_000);
});
