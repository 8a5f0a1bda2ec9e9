/**
 * Waits for all of it, even when a part fails early: a write that outlived its message could undo what the next try
 * has written.
 *
 * @throws what the first part that failed, failed with
 */
export async function inFull<T>(parts: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}
