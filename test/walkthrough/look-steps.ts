import type { Scene } from './steps.ts';
import { until } from './until.ts';

const PATIENCE_SECONDS = 30;

/** @throws when something is out of sync, or an object, a queue or a latency is not seen */
export async function tellStatus({ kubefedEks }: Scene): Promise<string> {
  const seen = await until('status: all in sync', PATIENCE_SECONDS, async () => {
    const overview = JSON.parse(await kubefedEks('status', '--output', 'json'));
    return { done: overview.outOfSync.length === 0, seen: overview };
  });
  const { clusters, types, queues, notSeen } = seen;
  if (notSeen.length > 0) throw new Error(`not seen: ${notSeen.join('; ')}`);
  const ready = clusters.filter((one: { ready: string }) => one.ready === 'True').length;
  const objects = types.reduce(
    (sum: number, one: { inSync?: number }) => sum + (one.inSync ?? 0),
    0,
  );
  return `${ready} clusters Ready, ${objects} objects in sync, ${queues.length} queues`;
}

/** @throws when doctor finds an error */
export async function askDoctor({ kubefedEks }: Scene): Promise<string> {
  const { counts } = JSON.parse(await kubefedEks('doctor', '--output', 'json'));
  return `${counts.ok} in order, ${counts.warning} warnings, ${counts.notSeen} not seen`;
}
