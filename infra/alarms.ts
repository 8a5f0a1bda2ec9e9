/** Alarms whose text says what happened and where in the runbook to read on. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import {
  METRICS_NAMESPACE,
  SERVICE_DIMENSION,
  WATCH_HELD,
  WATCH_LAG_MS,
} from '../lib/model/metric-names.ts';
import type { Settings } from './settings.ts';

export interface RunbookAlarm {
  /** also the heading in docs/runbook.md, word by word */
  readonly title: string;
  /** one sentence: what happened */
  readonly what: string;
  readonly metric: Metric;
  /** the alarm goes off above this value, or below it with `below` */
  readonly threshold: number;
  readonly below?: true;
  /** periods in a row; 1 when absent */
  readonly periods?: number;
  /** whether silence is a failure too */
  readonly silenceIsFailure?: true;
}

/** Adds one alarm to `scope`, and the topic of the settings as its action. */
export function addAlarm(scope: Construct, settings: Settings, props: RunbookAlarm): Alarm {
  const alarm = new Alarm(scope, props.title.replaceAll(' ', ''), {
    alarmName: `${settings.stackName} - ${props.title}`,
    alarmDescription: `${props.what} What to do: docs/runbook.md#${anchorOf(props.title)}`,
    metric: props.metric,
    threshold: props.threshold,
    comparisonOperator: props.below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: props.periods ?? 1,
    treatMissingData: props.silenceIsFailure
      ? TreatMissingData.BREACHING
      : TreatMissingData.NOT_BREACHING,
  });
  if (settings.alarmTopicArn !== undefined) {
    alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(alarm, 'Topic', settings.alarmTopicArn)));
  }
  return alarm;
}

/** Whether the watch runs, and keeps up: it has no queue whose age would tell. */
export function addWatchAlarms(scope: Construct, settings: Settings, serviceName: string): void {
  addAlarm(scope, settings, {
    title: 'Watch lags',
    what: 'For five minutes the watch was more than 60 seconds behind the API servers.',
    metric: ownMetric(WATCH_LAG_MS, serviceName, 'p99'),
    threshold: 60_000,
    periods: 5,
  });
  addAlarm(scope, settings, {
    title: 'Watch is not running',
    what: 'For five minutes no invocation of watch held the lease: changes are seen by the sweep alone.',
    metric: ownMetric(WATCH_HELD, serviceName, 'Sum'),
    threshold: 1,
    below: true,
    periods: 5,
    silenceIsFailure: true,
  });
}

/** @returns one of our own metrics, as one service writes it, per minute */
function ownMetric(name: string, serviceName: string, statistic: string): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: name,
    dimensionsMap: { [SERVICE_DIMENSION]: serviceName },
    statistic,
    period: Duration.minutes(1),
  });
}

/** @returns the anchor that GitHub gives a heading of plain words */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
