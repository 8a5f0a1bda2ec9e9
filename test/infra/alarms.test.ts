import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { synthesize } from './build-stack.ts';

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const TOPIC = 'arn:aws:sns:us-west-2:111122223333:alarms';

const sections = new Map(
  RUNBOOK.split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      return [heading, text.join('\n')] as const;
    }),
);
const stack = synthesize({ dns: { zones: ['Z1'] } });
const alarms = stack.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const titleOf = (alarm: Record<string, unknown>) =>
  String(alarm['AlarmName']).replace('kubefed-eks - ', '');
const byTitle = new Map(alarms.map((alarm) => [titleOf(alarm), alarm]));

describe('alarms', () => {
  it('are these', () => {
    const each = (words: string, names: string[]) => names.map((name) => `${words} ${name}`);
    const queues = ['changes', 'jobs', 'outcomes', 'preferences', 'probes', 'records', 'zones'];
    const stages = [
      ...['apply', 'dns', 'health', 'install', 'plan', 'spread', 'status', 'sweep', 'watch'],
      'zone',
    ];

    expect([...byTitle.keys()].sort()).toEqual([
      ...each('Dead letters in', queues),
      ...each('Errors in', stages),
      ...each('Old messages in', queues),
      'Watch is not running',
      'Watch lags',
    ]);
  });

  it.each([...byTitle])('"%s" has a section of the runbook and links to it', (title, alarm) => {
    const section = sections.get(title);
    const anchor = title.toLowerCase().replaceAll(' ', '-');

    expect(section).toMatch(/^\*\*Means\.\*\* .*^\*\*Look\.\*\* .*^\*\*Resolve\.\*\* /ms);
    expect(alarm['AlarmDescription']).toMatch(
      new RegExp(`^[A-Z].*\\. What to do: docs/runbook\\.md#${anchor}$`),
    );
  });

  it('leave no section of the runbook without its alarm', () => {
    const general = ['How to look', 'How to try again'];

    expect([...sections.keys()].filter((heading) => !byTitle.has(heading))).toEqual(general);
  });

  it.each([
    ['Dead letters in jobs', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 0, 60, 1],
    ['Old messages in jobs', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 300, 60, 5],
    ['Errors in apply', 'AWS/Lambda', 'Errors', 0, 300, 1],
    ['Watch lags', 'KubefedEks', 'WatchLagMs', 60_000, 60, 5],
  ])('"%s" goes off above its threshold, and not in silence', (title, ...expected) => {
    const [Namespace, MetricName, Threshold, Period, EvaluationPeriods] = expected;

    expect(byTitle.get(title)).toMatchObject({
      Namespace,
      MetricName,
      Threshold,
      Period,
      EvaluationPeriods,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it('take silence of the watch for a failure', () => {
    expect(byTitle.get('Watch is not running')).toMatchObject({
      Namespace: 'KubefedEks',
      MetricName: 'WatchHeld',
      Dimensions: [{ Name: 'service', Value: 'kubefed-eks-watch' }],
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 5,
      TreatMissingData: 'breaching',
    });
  });

  it('tell the topic of the settings, and nobody when there is none', () => {
    const told = synthesize({ alarmTopicArn: TOPIC, dns: { zones: ['Z1'] } }).ofType(
      'AWS::CloudWatch::Alarm',
    );

    expect(told.map(([, { Properties }]) => Properties['AlarmActions'])).toEqual(
      alarms.map(() => [TOPIC]),
    );
    expect(alarms.filter((alarm) => 'AlarmActions' in alarm)).toEqual([]);
  });
});
