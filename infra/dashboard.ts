/** One page that shows whether changes get through, how fast, and where they are stuck. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  CLUSTER_READY,
  CODE_DIMENSION,
  ECHOES_DROPPED,
  METRICS_NAMESPACE,
  PLAN_JOBS,
  PROPAGATED,
  PROPAGATION_FAILED,
  PROPAGATION_LATENCY_MS,
  REPLICAS_SPREAD,
  SERVICE_DIMENSION,
  WATCH_EVENTS,
  WATCH_LAG_MS,
  ZONE_CHANGES,
  ZONE_FOREIGN_EDITS,
  ZONE_NAMES_HELD,
} from '../lib/model/metric-names.ts';
import type { Settings } from './settings.ts';
import type { StageFunction } from './stage-function.ts';
import { oldest, type StageQueue, visible } from './stage-queue.ts';

export interface DashboardProps {
  readonly settings: Settings;
  readonly queues: readonly StageQueue[];
  readonly stages: readonly StageFunction[];
}

export function addDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { settings, queues, stages } = props;
  const services = stages.map((stage) => `"${stage.serviceName}"`).join(' OR ');
  const period = Duration.minutes(1);
  const perMinute = { statistic: 'Sum', period };

  /** Whichever stage writes it: one line each. */
  const own = (name: string, statistic: string, dimensions = SERVICE_DIMENSION) =>
    new MathExpression({
      expression: `SEARCH('{${METRICS_NAMESPACE},${dimensions}} MetricName="${name}" ${SERVICE_DIMENSION}=(${services})', '${statistic}', 60)`,
      label: `${name} ${statistic}`,
      period,
      usingMetrics: {},
    });

  const sums = (...names: string[]) => names.map((name) => own(name, 'Sum'));

  const dashboard = new Dashboard(scope, 'Dashboard', { dashboardName: settings.stackName });
  dashboard.addWidgets(
    graph('Propagation latency (ms)', [
      own(PROPAGATION_LATENCY_MS, 'p50'),
      own(PROPAGATION_LATENCY_MS, 'p99'),
    ]),
    graph('Propagated', sums(PROPAGATED, PLAN_JOBS, REPLICAS_SPREAD)),
    graph('Failures by code', [
      own(PROPAGATION_FAILED, 'Sum', `${SERVICE_DIMENSION},${CODE_DIMENSION}`),
    ]),
  );
  const byStage = (title: string, metricOf: (stage: StageFunction) => IMetric) =>
    graph(title, stages.map(metricOf));
  dashboard.addWidgets(
    graph('Watch lag (ms)', [own(WATCH_LAG_MS, 'p99')]),
    graph('Watch events', sums(WATCH_EVENTS, ECHOES_DROPPED)),
    graph('Members ready', [own(CLUSTER_READY, 'Maximum')]),
  );
  dashboard.addWidgets(...zoneGraphs(own));
  dashboard.addWidgets(
    graph(
      'Messages waiting',
      queues.map(({ queue }) => visible(queue)),
    ),
    graph(
      'Oldest message (s)',
      queues.map(({ queue }) => oldest(queue)),
    ),
    graph(
      'Dead letters',
      queues.map(({ deadLetters }) => visible(deadLetters)),
    ),
  );
  dashboard.addWidgets(
    byStage('Invocations', (stage) => stage.function.metricInvocations(perMinute)),
    byStage('Errors', (stage) => stage.function.metricErrors(perMinute)),
    byStage('Duration p99', (stage) => stage.function.metricDuration({ statistic: 'p99', period })),
  );
  return dashboard;
}

function zoneGraphs(own: (name: string, statistic: string) => IMetric): GraphWidget[] {
  return [
    graph('Changes of record sets', [own(ZONE_CHANGES, 'Sum')]),
    graph('Names kept out of a zone', [own(ZONE_NAMES_HELD, 'Maximum')]),
    graph('Edits of others in a zone', [own(ZONE_FOREIGN_EDITS, 'Sum')]),
  ];
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
