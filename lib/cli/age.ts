const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** @returns how long ago that was, as kubectl writes it: `45s`, `3m`, `5h`, `12d`; empty when nothing tells */
export function ageOf(iso: string | undefined, nowMs: number): string {
  const thenMs = Date.parse(iso ?? '');
  if (Number.isNaN(thenMs)) return '';
  return durationOf(Math.max(0, Math.round((nowMs - thenMs) / 1000)));
}

/** @returns whole seconds as kubectl writes an age */
export function durationOf(seconds: number): string {
  const unit = UNITS.find(([, length]) => seconds >= 2 * length);
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}
