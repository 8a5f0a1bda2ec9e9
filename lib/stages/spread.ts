import type { PreferenceChange, PreferenceMessage } from '../model/messages.ts';
import { PREFERENCES } from '../model/scheduling.ts';
import type { PreferenceQueue } from '../ports.ts';
import { onlyNamespace } from './federation.ts';
import { bringInLine, type PreferencePorts } from './spread/preference.ts';
import { unwrap } from './unwrap.ts';
import { DONE, grouped, RETRY, type Received, type Verdict } from './verdict.ts';
import { keyOfObject } from './watch/memory.ts';
import { preferenceKey } from './watch/preference-state.ts';

export interface SpreadPorts extends PreferencePorts {
  readonly preferences: PreferenceQueue;
  readonly kubefedNamespace: string;
}

/**
 * Brings the preferences that a batch names in line, one pass per preference. A message about all preferences is sent
 * on as one per preference.
 */
export async function spread(
  ports: SpreadPorts,
  batch: readonly Received<PreferenceMessage>[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = batch.map(() => DONE);
  await Promise.all(
    grouped(batch, preferenceKey).map(async ({ indices, newest }) => {
      const attempt = Math.max(...indices.map((index) => batch[index]?.attempt ?? 1));
      const verdict = await handle(ports, newest.message, attempt);
      for (const index of indices) verdicts[index] = verdict;
    }),
  );
  return verdicts;
}

async function handle(
  ports: SpreadPorts,
  message: PreferenceMessage,
  attempt: number,
): Promise<Verdict> {
  try {
    if (message.kind === 'preference') return await bringInLine(ports, message, attempt);
    await ports.preferences.send(await expand(ports, message));
    return DONE;
  } catch (error) {
    ports.log.warn('preference not brought in line, trying again', { ...message, error });
    return RETRY;
  }
}

/** @returns a change for each preference; in no particular order */
async function expand(
  ports: SpreadPorts,
  { seenAtMs, contextRevision = seenAtMs }: PreferenceMessage,
): Promise<PreferenceChange[]> {
  const federation = await ports.federation.at(contextRevision);
  const namespace = onlyNamespace(federation, ports.kubefedNamespace);
  const options = { metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) };
  const listed = unwrap(await ports.host.list(PREFERENCES, options));
  return listed.items.map((object) => {
    const { namespace: place = '', name } = keyOfObject(object);
    return { v: 1, kind: 'preference', namespace: place, name, seenAtMs, contextRevision };
  });
}
