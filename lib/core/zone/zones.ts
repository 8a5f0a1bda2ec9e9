import type { HostedZone } from '../../model/record-set.ts';

/**
 * @param zones those that we may write to
 * @param ids zones that the object names itself; empty when it names none
 * @returns ids of the zones that a name belongs to: those it names, else the one with the longest name that it ends in. A
 *   public and a private zone of that same name both get it: each answers to clients of its own.
 */
export function zonesOf(
  name: string,
  zones: readonly HostedZone[],
  ids: readonly string[],
): string[] {
  const fitting = zones.filter((zone) => isWithin(name, zone.name));
  const named = fitting.filter(({ id }) => ids.includes(id));
  if (ids.length > 0) return named.map(({ id }) => id);
  const longest = Math.max(...fitting.map((zone) => zone.name.length));
  return fitting.filter((zone) => zone.name.length === longest).map(({ id }) => id);
}

export function isWithin(name: string, zoneName: string): boolean {
  return name === zoneName || name.endsWith(`.${zoneName}`);
}
