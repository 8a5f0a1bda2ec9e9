const CDK_HASH = /[0-9A-F]{8}$/;

/**
 * Gives resources the names that people use: the logical id without the hash that CDK puts behind it, or the whole
 * logical id when two resources would be called the same.
 *
 * @returns logical id → name, in the order given
 */
export function logicalNames(ids: readonly string[]): Map<string, string> {
  const bare = ids.map((id) => id.replace(CDK_HASH, '') || id);
  return new Map(
    ids.map((id, index) => {
      const name = bare[index] ?? id;
      return [id, bare.filter((other) => other === name).length > 1 ? id : name];
    }),
  );
}

/**
 * Finds a resource by its name, or by a part of it that no other has, upper or lower case.
 *
 * @throws {Error} none or several fit
 */
export function findByName<T>(things: ReadonlyMap<string, T>, wanted: string): T {
  const exact = things.get(wanted);
  if (exact !== undefined) return exact;
  const fitting = [...things].filter(([name]) => name.toLowerCase().includes(wanted.toLowerCase()));
  const [found] = fitting;
  if (found !== undefined && fitting.length === 1) return found[1];
  const names = [...things.keys()].join(', ');
  throw new Error(`${wanted} fits ${fitting.length} of: ${names}`);
}
