import type { Log, ProbeQueue } from '../../ports.ts';

/** A cluster that has just joined or changed need not wait for the next round of health. */
export async function requestProbes(
  ports: { readonly probes: ProbeQueue; readonly log: Log },
  names: readonly string[],
): Promise<void> {
  try {
    await ports.probes.send(names.map((cluster) => ({ v: 1, kind: 'probe', cluster })));
  } catch (error) {
    ports.log.warn('probe not asked for; the next round of health sees to it', { names, error });
  }
}
