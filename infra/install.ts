import { join } from 'node:path';
import { CustomResource, Duration, FileSystem, Lazy, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { accessEntryAccess, hostAccess } from './cluster-access.ts';
import type { Settings } from './settings.ts';
import { StageFunction } from './stage-function.ts';
import type { StageQueue } from './stage-queue.ts';
import { TIMEOUT_SECONDS } from './timeouts.ts';

const CRDS = join(import.meta.dirname, '..', 'crds');

/**
 * Puts CRDs, type configurations and access on the host, at each deployment that changes any property of the custom
 * resource. Its function answers CloudFormation itself.
 *
 * It comes after the stages, so it goes before them: with `destroy: everything` they still carry out the deletions.
 */
export function addInstall(
  stack: Stack,
  settings: Settings,
  {
    watch,
    others,
    queues,
  }: {
    readonly watch: StageFunction;
    readonly others: readonly StageFunction[];
    readonly queues: readonly StageQueue[];
  },
): StageFunction {
  const stages = [watch, ...others];
  const roleArns = Object.fromEntries(stages.map(({ stage, role }) => [stage, role.roleArn]));
  const { clusterName, region, roleArn } = settings.host;
  const deployment = {
    stackName: settings.stackName,
    region: stack.region,
    queueUrls: queueUrls(queues),
    host: { clusterName, region, ...(roleArn === undefined ? {} : { roleArn }) },
  };
  const install = new StageFunction(stack, 'install', {
    settings,
    environment: {
      STAGE_ROLE_ARNS: Lazy.string({ produce: () => stack.toJsonString(roleArns) }),
      DEPLOYMENT: stack.toJsonString(deployment),
      WATCH_FUNCTION_NAME: watch.function.functionName,
    },
    access: hostAccess(stack, settings),
    folder: 'crds',
  });
  roleArns['install'] = install.role.roleArn;
  install.allow({
    statement: new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [watch.function.functionArn],
    }),
  });
  // A host that is entered with a role of its own lets in that role, and its account sees to that.
  if (settings.host.roleArn === undefined) {
    const own = { stages: stages.map(({ role }) => role.roleArn), install: install.role.roleArn };
    for (const access of accessEntryAccess(stack, settings, own)) install.allow(access);
  }

  const resource = new CustomResource(stack, 'Federation', {
    resourceType: 'Custom::KubefedFederation',
    serviceToken: install.function.functionArn,
    serviceTimeout: Duration.seconds(TIMEOUT_SECONDS.install + 60),
    properties: {
      kubefedNamespace: settings.kubefedNamespace,
      deleteAll: settings.destroy === 'everything',
      revision: FileSystem.fingerprint(CRDS),
      host: settings.host,
      stageRoleArns: Object.values(roleArns),
      deployment: stack.toJsonString(deployment),
    },
  });
  resource.node.addDependency(install, ...stages);
  return install;
}

function queueUrls(queues: readonly StageQueue[]): Record<string, string> {
  return Object.fromEntries(
    queues.flatMap(({ node, queue, deadLetters }) => [
      [node.id, queue.queueUrl],
      [`${node.id}-dead`, deadLetters.queueUrl],
    ]),
  );
}
