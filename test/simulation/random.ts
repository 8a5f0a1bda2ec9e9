/** Random numbers that a seed gives again, the same in every run. */
export interface Random {
  /** @returns a number in 0 to 1, 1 excluded */
  next(): number;
  chance(probability: number): boolean;
  /** @returns a whole number, both ends included */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** @returns those items that a coin was kind to, in their order */
  some<T>(items: readonly T[]): T[];
}

/** Source: mulberry32, a public-domain generator of 32 bits */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1);

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  function pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  return {
    next,
    pick,
    chance: (probability) => next() < probability,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    some: (items) => items.filter(() => next() < 0.5),
  };
}
