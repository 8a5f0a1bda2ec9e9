import { afterAll, beforeAll } from 'vitest';
import { prepare } from '../bench/measure.ts';
import {
  type FastFederation,
  type FastFederationOptions,
  startFastFederation,
} from '../environment/fast-federation.ts';

export interface TestFederationOptions extends Omit<FastFederationOptions, 'onProgress'> {
  /** makes the namespace that `NAMESPACE` names, in host and members; false by default */
  readonly prepares?: boolean;
}

/**
 * Starts a federation before the tests of a file and stops it after them.
 *
 * @returns what it is once they run; looking at it earlier throws
 */
export function testFederation(options: TestFederationOptions): FastFederation {
  const { prepares = false, ...wanted } = options;
  let started: FastFederation | undefined;
  const now = (): FastFederation => {
    if (started === undefined) throw new Error('the federation is not there before the tests run');
    return started;
  };
  beforeAll(async () => {
    started = await startFastFederation({ ...wanted, onProgress: () => undefined });
    if (prepares) await prepare(started);
  }, 240_000);
  afterAll(() => started?.stop());
  return {
    get runtime() {
      return now().runtime;
    },
    get host() {
      return now().host;
    },
    get members() {
      return now().members;
    },
    get eks() {
      return now().eks;
    },
    get zones() {
      return now().zones;
    },
    stop: () => now().stop(),
  };
}
