import type { ObjectKey, Resource } from '../../model/resource.ts';
import type { ApiError, ApiResult } from '../../ports.ts';
import { notServed } from './refusals.ts';

export type Verb = 'get' | 'list' | 'create' | 'replace' | 'patch' | 'delete' | 'watch' | 'raw';

export interface MemoryCall {
  readonly verb: Verb;
  /** absent for `raw` */
  readonly resource?: Resource;
  /** without a name for lists and watches, empty for `raw` */
  readonly key: Partial<ObjectKey>;
  readonly subresource?: 'status';
}

/** `applied`: a write has been done, only its answer is lost. */
export type Fault = ApiError & { readonly applied?: boolean };

/** Says what a call fails with, if it does; takes its time where a delay is wanted. */
export type FaultHook = (call: MemoryCall) => Fault | undefined | Promise<Fault | undefined>;

export interface GateControls {
  /** calls so far, refused ones included; may be set back */
  readonly calls: Record<Verb, number>;
  fail: FaultHook | undefined;
  /** Every call is `Unreachable`, and open watches break. */
  down: boolean;
}

export interface Gate {
  readonly controls: GateControls;
  /** Counts a call and lets it through, unless a fault or the `down` switch stops it. */
  pass<T>(call: MemoryCall, run: () => ApiResult<T>): Promise<ApiResult<T>>;
}

const DOWN: ApiError = { kind: 'Unreachable', message: 'ECONNREFUSED: the cluster is down' };

/** @param breakWatches called when the cluster goes down */
export function gateOf(
  fail: FaultHook | undefined,
  isServed: (resource: Resource) => boolean,
  breakWatches: (error: ApiError) => void,
): Gate {
  let isDown = false;
  const controls: GateControls = {
    calls: {
      get: 0,
      list: 0,
      create: 0,
      replace: 0,
      patch: 0,
      delete: 0,
      watch: 0,
      raw: 0,
    },
    fail,
    get down() {
      return isDown;
    },
    set down(down) {
      isDown = down;
      if (down) breakWatches(DOWN);
    },
  };

  return {
    controls,
    async pass(call, run) {
      controls.calls[call.verb] += 1;
      const fault = await controls.fail?.(call);
      if (isDown) return { ok: false, error: DOWN };
      if (fault !== undefined && !fault.applied) return { ok: false, error: fault };
      const { resource } = call;
      const result = resource !== undefined && !isServed(resource) ? notServed() : run();
      if (fault === undefined) return result;
      const { applied: _, ...error } = fault;
      return { ok: false, error };
    },
  };
}
