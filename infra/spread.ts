/** The stage that shares out replicas, as ReplicaSchedulingPreferences ask. */
import type { Stack } from 'aws-cdk-lib';
import { memberAccess } from './cluster-access.ts';
import type { Settings } from './settings.ts';
import { StageFunction } from './stage-function.ts';
import type { StageQueue } from './stage-queue.ts';

export function addSpread(
  stack: Stack,
  settings: Settings,
  preferences: StageQueue,
): StageFunction {
  return new StageFunction(stack, 'spread', {
    settings,
    environment: { PREFERENCES_QUEUE_URL: preferences.queue.queueUrl },
    access: memberAccess(stack, settings),
    source: { queue: preferences, maxConcurrency: 5 },
    sendsTo: [preferences],
  });
}
