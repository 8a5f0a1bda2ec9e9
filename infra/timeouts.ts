import { DEFAULT_HOLD_SECONDS, type Stage } from '../lib/model/env.ts';

/** Short for those that read queues: a crashed worker keeps its messages locked for six times as long. */
export const TIMEOUT_SECONDS: Readonly<Record<Stage, number>> = {
  watch: DEFAULT_HOLD_SECONDS + 60,
  plan: 30,
  apply: 60,
  status: 30,
  sweep: 30,
  health: 60,
  dns: 30,
  zone: 60,
  spread: 30,
  install: 900,
};
