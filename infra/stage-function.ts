/** One stage: a Lambda with a role and a log group of its own, its trigger, and the alarm on its errors. */
import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { CommonEnvironment, Stage, StageEnvironment } from '../lib/model/env.ts';
import { METRICS_NAMESPACE } from '../lib/model/metric-names.ts';
import { addAlarm } from './alarms.ts';
import { bundling } from './bundling.ts';
import type { Access } from './cluster-access.ts';
import type { Settings } from './settings.ts';
import type { StageQueue } from './stage-queue.ts';
import { TIMEOUT_SECONDS } from './timeouts.ts';

const ROOT = join(import.meta.dirname, '..');

export interface StageFunctionProps<S extends Stage> {
  readonly settings: Settings;
  readonly environment: StageEnvironment<S>;
  readonly access?: readonly Access[];
  readonly sendsTo?: readonly StageQueue[];
  /** the queue that feeds it */
  readonly source?: { readonly queue: StageQueue; readonly maxConcurrency: number };
  /** the schedule that starts it */
  readonly everyMinutes?: number;
  /** a folder of the project that goes beside the bundle, under the same name */
  readonly folder?: string;
}

export class StageFunction<S extends Stage = Stage> extends Construct {
  readonly stage: Stage;
  readonly function: NodejsFunction;
  readonly role: Role;
  /** value of the metric dimension `service`, and of the log field */
  readonly serviceName: string;

  constructor(scope: Construct, stage: S, props: StageFunctionProps<S>) {
    super(scope, stage);
    const { settings } = props;
    this.stage = stage;
    this.serviceName = `${settings.stackName}-${stage}`;
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/${settings.stackName}/${stage}`,
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(this.role);
    for (const access of props.access ?? []) this.allow(access);
    for (const { queue } of props.sendsTo ?? []) this.allow(sending(queue.queueArn, settings));

    this.function = new NodejsFunction(this, 'Function', {
      functionName: this.serviceName,
      entry: join(ROOT, 'functions', `${stage}.ts`),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(TIMEOUT_SECONDS[stage]),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.DISABLED,
      awsSdkConnectionReuse: false,
      environment: {
        ...commonEnvironment(settings, this.serviceName),
        ...props.environment,
        NODE_OPTIONS: '--enable-source-maps',
      },
      bundling: bundling(props.folder),
    });
    if (settings.vpc !== undefined) this.moveInto(settings.vpc);
    if (props.source !== undefined) this.readFrom(props.source);
    if (props.everyMinutes !== undefined) this.runEvery(props.everyMinutes);
    addAlarm(this, settings, {
      title: `Errors in ${stage}`,
      what: `The function ${this.serviceName} crashed or ran out of time.`,
      metric: this.function.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 0,
    });
  }

  allow({ statement, wildcard }: Access): void {
    this.role.addToPolicy(statement);
    if (wildcard === undefined) return;
    const id = `AwsSolutions-IAM5[Resource::${wildcard.resource}]`;
    Validations.of(this.role).acknowledge({ id, reason: wildcard.reason });
  }

  /** FIFO sources take 10 messages at most and have no batching window; so do all of ours. */
  private readFrom({ queue, maxConcurrency }: { queue: StageQueue; maxConcurrency: number }): void {
    this.function.addEventSource(
      new SqsEventSource(queue.queue, {
        batchSize: 10,
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** The next tick is the retry: one more attempt beside it would only do the same work twice. */
  private runEvery(minutes: number): void {
    const maxEventAge = Duration.minutes(1);
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge });
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(minutes)),
      targets: [new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge })],
    });
  }

  /** By ids alone: what the library models of a VPC would need lookups or made-up zones. */
  private moveInto({ subnetIds, securityGroupIds }: NonNullable<Settings['vpc']>): void {
    this.allow(networkInterfaces());
    const resource = this.function.node.defaultChild;
    if (resource instanceof CfnFunction) resource.vpcConfig = { subnetIds, securityGroupIds };
  }
}

function commonEnvironment(settings: Settings, serviceName: string): CommonEnvironment {
  const { clusterName, region, roleArn } = settings.host;
  return {
    KUBEFED_NAMESPACE: settings.kubefedNamespace,
    HOST_CLUSTER_NAME: clusterName,
    HOST_CLUSTER_REGION: region,
    ...(roleArn === undefined ? {} : { HOST_CLUSTER_ROLE_ARN: roleArn }),
    POWERTOOLS_SERVICE_NAME: serviceName,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
  };
}

/** `sqs:SendMessage` covers batches on AWS; the emulator asks for an action of its own. */
function sending(queueArn: string, settings: Settings): Access {
  const actions = ['sqs:SendMessage', ...(settings.emulated ? ['sqs:SendMessageBatch'] : [])];
  return { statement: new PolicyStatement({ actions, resources: [queueArn] }) };
}

function networkInterfaces(): Access {
  return {
    statement: new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
    wildcard: {
      resource: '*',
      reason:
        'Lambda makes the network interfaces itself, with the role of the function; ' +
        'their names are not known before, and the Describe actions know no resources.',
    },
  };
}
