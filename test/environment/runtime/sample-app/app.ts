import { App, CfnOutput, CfnParameter, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, type FunctionProps, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ScheduleExpression, Schedule as Scheduler } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { DeduplicationScope, FifoThroughputLimit, Queue } from 'aws-cdk-lib/aws-sqs';
import { Provider } from 'aws-cdk-lib/custom-resources';

function addPipeline(stack: Stack, lambda: (id: string, props?: Partial<FunctionProps>) => Lambda) {
  const fifo = {
    fifo: true,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    visibilityTimeout: Duration.seconds(2),
  };
  const dead = new Queue(stack, 'Dead', { fifo: true });
  const deadLetterQueue = { queue: dead, maxReceiveCount: 2 };
  const events = new Queue(stack, 'Events', { ...fifo, deadLetterQueue });
  const jobs = new Queue(stack, 'Jobs', { ...fifo, queueName: 'sample-jobs.fifo' });
  const environment = { NEXT_QUEUE_URL: jobs.queueUrl };
  const first = lambda('First', { timeout: Duration.seconds(1), environment });
  first.addEventSource(new SqsEventSource(events, { reportBatchItemFailures: true }));
  first.addEventSource(new SqsEventSource(dead, { enabled: false }));
  lambda('Second', { timeout: Duration.seconds(1) }).addEventSource(
    new SqsEventSource(jobs, { maxConcurrency: 2 }),
  );
}

function addSchedules(stack: Stack, tick: Lambda): void {
  const everyMinute = Schedule.rate(Duration.minutes(1));
  new Rule(stack, 'Plain', { schedule: everyMinute, targets: [new LambdaFunction(tick)] });
  const held = new LambdaFunction(tick, { event: RuleTargetInput.fromObject({ held: true }) });
  new Rule(stack, 'HeldRule', { schedule: Schedule.cron({ minute: '5' }), targets: [held] });
  new Scheduler(stack, 'Hourly', {
    schedule: ScheduleExpression.rate(Duration.hours(1)),
    target: new LambdaInvoke(tick, {}),
  });
}

/**
 * Synthesizes a small app that uses all that the runtime models: two FIFO queues with a function each, dead letters,
 * schedules, custom resources, a parameter.
 *
 * @returns the assembly's directory, `outdir`
 */
export function synthesizeSampleApp(outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Sample', { env: { region: 'eu-west-1' } });
  const code = Code.fromAsset(import.meta.dirname, { exclude: ['*.ts'] });
  const runtime = Runtime.NODEJS_24_X;
  const lambda = (id: string, props: Partial<FunctionProps> = {}) =>
    new Lambda(stack, id, { runtime, code, handler: `index.${id.toLowerCase()}`, ...props });

  addPipeline(stack, lambda);
  addSchedules(stack, lambda('Tick', { timeout: Duration.minutes(5) }));
  const refuse = new CfnParameter(stack, 'Refuse', { default: 'false' });
  const installed = new CustomResource(stack, 'Installed', {
    serviceToken: lambda('Install').functionArn,
    properties: { count: 3, refuse: refuse.valueAsString, list: [true] },
  });
  const provider = new Provider(stack, 'Provider', { onEventHandler: lambda('Provide') });
  new CustomResource(stack, 'Provided', {
    resourceType: 'Custom::Provided',
    serviceToken: provider.serviceToken,
    properties: { after: installed.ref },
  });
  new CfnOutput(stack, 'Answer', { value: installed.getAttString('Answer') });
  new CfnOutput(stack, 'Where', { value: stack.region });
  app.synth();
  return outdir;
}
