/** The pipeline, from left to right: watch → changes → plan → jobs → apply → outcomes → status. */
import {
  CfnOutput,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULT_HOLD_SECONDS } from '../lib/model/env.ts';
import { addWatchAlarms } from './alarms.ts';
import { hostAccess, memberAccess } from './cluster-access.ts';
import { addDashboard } from './dashboard.ts';
import { addInstall } from './install.ts';
import { addRecords, type DnsQueues, writesRecords } from './records.ts';
import type { Settings } from './settings.ts';
import { addSpread } from './spread.ts';
import { StageFunction } from './stage-function.ts';
import { type QueueName, StageQueue } from './stage-queue.ts';
import { addZones } from './zones.ts';

type Queues = Readonly<Record<Exclude<QueueName, 'records' | 'zones'>, StageQueue>>;

export class FederationStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    const { account, region = settings.host.region } = settings;
    super(scope, id, {
      stackName: settings.stackName,
      description: `KubeFed for EKS: federates from the host cluster ${settings.host.clusterName}`,
      env: { region, ...(account === undefined ? {} : { account }) },
      // An emulator that enforces IAM refuses what the roles of the bootstrap stack ask for.
      ...(settings.emulated ? { synthesizer: cliCredentials() } : {}),
    });

    const queues: Queues = {
      changes: new StageQueue(this, 'changes', { settings, reader: 'plan', maxReceives: 8 }),
      jobs: new StageQueue(this, 'jobs', { settings, reader: 'apply', maxReceives: 10 }),
      outcomes: new StageQueue(this, 'outcomes', { settings, reader: 'status', maxReceives: 8 }),
      probes: new StageQueue(this, 'probes', {
        settings,
        reader: 'health',
        maxReceives: 3,
        fifo: false,
      }),
      preferences: new StageQueue(this, 'preferences', {
        settings,
        reader: 'spread',
        maxReceives: 8,
      }),
    };
    this.outputUrls(queues);
    const records =
      settings.dns === undefined ? undefined : addRecords(this, settings, this.output.bind(this));
    const zones = records === undefined ? undefined : addZones(this, settings, records.queue);
    const dns = records && zones ? [records, zones] : [];
    const dnsQueues = records && zones ? { records: records.queue, zones: zones.queue } : undefined;
    const [watch, ...stages] = this.addStages(settings, queues, dnsQueues);
    const spread = addSpread(this, settings, queues.preferences);
    this.outputRoles({ Spread: spread });
    const others = [...stages, spread, ...dns.map(({ stage }) => stage)];
    const all = [...Object.values(queues), ...dns.map(({ queue }) => queue)];
    const install = addInstall(this, settings, { watch, others, queues: all });

    addDashboard(this, {
      settings,
      queues: all,
      stages: [watch, ...others, install],
    });
  }

  private addStages(
    settings: Settings,
    queues: Queues,
    dnsQueues: DnsQueues | undefined,
  ): [StageFunction, ...StageFunction[]] {
    const { changes, jobs, outcomes, probes, preferences } = queues;
    const changesUrl = { CHANGES_QUEUE_URL: changes.queue.queueUrl };
    const jobsUrl = { JOBS_QUEUE_URL: jobs.queue.queueUrl };
    const outcomesUrl = { OUTCOMES_QUEUE_URL: outcomes.queue.queueUrl };
    const probesUrl = { PROBES_QUEUE_URL: probes.queue.queueUrl };
    const { sendsTo: dns, dnsUrls } = writesRecords(dnsQueues, settings);
    const besideUrls = { ...dnsUrls, PREFERENCES_QUEUE_URL: preferences.queue.queueUrl };

    const watch = new StageFunction(this, 'watch', {
      settings,
      environment: {
        ...changesUrl,
        ...outcomesUrl,
        ...probesUrl,
        ...besideUrls,
        HOLD_SECONDS: String(DEFAULT_HOLD_SECONDS),
      },
      access: memberAccess(this, settings),
      everyMinutes: 1,
      sendsTo: [changes, outcomes, probes, preferences, ...dns],
    });
    addWatchAlarms(watch, settings, watch.serviceName);

    const plan = new StageFunction(this, 'plan', {
      settings,
      environment: { ...changesUrl, ...jobsUrl, ...outcomesUrl },
      access: hostAccess(this, settings),
      source: { queue: changes, maxConcurrency: settings.maxConcurrency.plan },
      sendsTo: [changes, jobs, outcomes],
    });

    const apply = new StageFunction(this, 'apply', {
      settings,
      environment: { ...jobsUrl, ...outcomesUrl },
      access: memberAccess(this, settings),
      source: { queue: jobs, maxConcurrency: settings.maxConcurrency.apply },
      sendsTo: [outcomes],
    });

    const status = new StageFunction(this, 'status', {
      settings,
      environment: { ...changesUrl, ...outcomesUrl },
      access: memberAccess(this, settings),
      source: { queue: outcomes, maxConcurrency: settings.maxConcurrency.status },
      sendsTo: [changes],
    });

    const sweep = new StageFunction(this, 'sweep', {
      settings,
      environment: { ...changesUrl, ...besideUrls },
      everyMinutes: settings.sweepMinutes,
      sendsTo: [changes, preferences, ...dns],
    });

    const health = new StageFunction(this, 'health', {
      settings,
      environment: probesUrl,
      access: memberAccess(this, settings),
      source: { queue: probes, maxConcurrency: 2 },
      everyMinutes: 1,
      sendsTo: [probes],
    });

    this.outputRoles({ Watch: watch, Apply: apply, Status: status, Health: health });
    return [watch, plan, apply, status, sweep, health];
  }

  /** The roles that every member must let in. */
  private outputRoles(stages: Readonly<Record<string, StageFunction>>): void {
    for (const [name, { role }] of Object.entries(stages)) {
      this.output(`${name}RoleArn`, role.roleArn);
    }
  }

  private outputUrls({ changes, jobs, outcomes, preferences }: Queues): void {
    this.output('ChangesQueueUrl', changes.queue.queueUrl);
    this.output('JobsQueueUrl', jobs.queue.queueUrl);
    this.output('OutcomesQueueUrl', outcomes.queue.queueUrl);
    this.output('PreferencesQueueUrl', preferences.queue.queueUrl);
  }

  private output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}

function cliCredentials(): IStackSynthesizer {
  // The library's own types do not agree under exactOptionalPropertyTypes.
  return new CliCredentialsStackSynthesizer() as IStackSynthesizer;
}
