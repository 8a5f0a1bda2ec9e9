import { type JsonObject, stringAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import type { ApiError, Clock, Cluster, ListOptions, WatchEvent } from '../../ports.ts';

export interface Followed {
  readonly cluster: Cluster;
  readonly resource: Resource;
  readonly options: ListOptions;
  /** where an earlier watch stopped; absent: everything is listed first */
  readonly from?: string;
  readonly onEvent: (event: WatchEvent) => void;
  /**
   * The complete state.
   *
   * @param missed whether it stands in for events that the server has forgotten: deletions may be among them
   */
  readonly onList: (items: JsonObject[], missed: boolean) => void;
  /** called once, when the first list or watch has been accepted or refused */
  readonly onSettled?: (error?: ApiError) => void;
  readonly onError?: (error: ApiError) => void;
}

export interface Follower {
  /** everything up to here has been handed over; undefined before the first list */
  position(): string | undefined;
  /** resolves when the signal has fired and nothing more will be handed over */
  readonly done: Promise<void>;
}

/** What a follower goes by; only the last three change. */
interface State extends Followed {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  position: string | undefined;
  settled: boolean;
  missed: boolean;
}

const WATCH_SECONDS = 290;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Longer than that nobody is to be blind to a cluster, even if it asks for it. */
const LONGEST_ASKED_MS = 30_000;
/** Servers send a first bookmark late; a stream that stays open this long without an error was accepted. */
const ACCEPTED_AFTER_MS = 1_000;

/**
 * Lists, then watches one resource until the signal fires, and goes on through broken connections and server restarts
 * from where it was. After `410 Gone` it lists again.
 */
export function follow(followed: Followed, clock: Clock, signal: AbortSignal): Follower {
  const begin = { position: followed.from, settled: false, missed: false };
  const state: State = { ...followed, clock, signal, ...begin };
  return { position: () => state.position, done: run(state) };
}

async function run(state: State): Promise<void> {
  const { clock, signal } = state;
  let pauseMs = 0;
  while (!signal.aborted) {
    const startedMs = clock.nowMs();
    const error = state.position === undefined ? await listOnce(state) : await watchOnce(state);
    if (error !== undefined) tell(state, error);
    const heldLong = clock.nowMs() - startedMs > LONGEST_PAUSE_MS;
    pauseMs = nextPauseMs(error, heldLong ? 0 : pauseMs);
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
  }
}

function nextPauseMs(error: ApiError | undefined, pauseMs: number): number {
  if (error === undefined) return 0;
  const asked = Math.min((error.retryAfterSeconds ?? 0) * 1000, LONGEST_ASKED_MS);
  const own = pauseMs === 0 ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  return Math.max(own, asked);
}

function tell(state: State, error: ApiError): void {
  settle(state, error);
  if (error.kind !== 'Gone') {
    state.onError?.(error);
    return;
  }
  state.missed = state.missed || state.position !== undefined;
  state.position = undefined;
}

async function listOnce(state: State): Promise<ApiError | undefined> {
  const listed = await state.cluster.list(state.resource, state.options);
  if (!listed.ok) return listed.error;
  if (state.signal.aborted) return undefined;
  state.onList(listed.value.items, state.missed);
  state.missed = false;
  state.position = listed.value.resourceVersion;
  settle(state);
  return undefined;
}

async function watchOnce(state: State): Promise<ApiError | undefined> {
  const { clock, signal } = state;
  const events = state.cluster.watch(state.resource, {
    ...state.options,
    resourceVersion: state.position ?? '',
    timeoutSeconds: WATCH_SECONDS,
    signal,
  });
  const over = new AbortController();
  void settleAfterAWhile(state, clock.sleep(ACCEPTED_AFTER_MS, over.signal), over.signal);
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      if (signal.aborted) return undefined;
      handOver(state, next.value);
    }
  } finally {
    over.abort();
  }
}

function handOver(state: State, event: WatchEvent): void {
  settle(state);
  if (event.type !== 'BOOKMARK') state.onEvent(event);
  state.position = stringAt(event.object, 'metadata', 'resourceVersion') ?? state.position;
}

async function settleAfterAWhile(state: State, aWhile: Promise<void>, over: AbortSignal) {
  await aWhile;
  if (!over.aborted) settle(state);
}

function settle(state: State, error?: ApiError): void {
  if (state.settled) return;
  state.settled = true;
  state.onSettled?.(error);
}
