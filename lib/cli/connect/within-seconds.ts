/**
 * Waits for an answer, but no longer than that: without credentials the SDK looks for them in places that never answer.
 *
 * @param who is said not to have answered
 * @throws an Error that says so; what the promise fails with
 */
export function withinSeconds<T>(seconds: number, who: string, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const refuse = () => reject(new Error(`no answer from ${who} within ${seconds} s`));
  const timer = setTimeout(refuse, seconds * 1000);
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}
