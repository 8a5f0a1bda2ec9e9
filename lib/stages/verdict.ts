/** A message as a stage gets it. */
export interface Received<M> {
  readonly message: M;
  /** 1 at the first delivery */
  readonly attempt: number;
}

/** What became of a message. `retryAfterSeconds` 0 leaves the pause to the number of tries so far. */
export type Verdict = { readonly done: true } | { readonly retryAfterSeconds: number };

export const DONE: Verdict = { done: true };
export const RETRY: Verdict = { retryAfterSeconds: 0 };

/**
 * Groups a batch by what it is about, so that one pass serves all messages of one object.
 *
 * @returns in order of first appearance; the indices are those in the batch, ascending
 */
export function grouped<M>(
  batch: readonly Received<M>[],
  keyOf: (message: M) => string,
): { readonly indices: number[]; readonly newest: Received<M> }[] {
  const groups = new Map<string, { indices: number[]; newest: Received<M> }>();
  batch.forEach((received, index) => {
    const key = keyOf(received.message);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { indices: [index], newest: received });
    else {
      group.indices.push(index);
      group.newest = received;
    }
  });
  return [...groups.values()];
}
