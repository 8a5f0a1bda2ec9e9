import type { ApiResult } from '../../lib/ports.ts';
import type { World } from './world.ts';

/** Does it again until it is done, or there is nothing any more to do it to. */
export async function insist({ clock }: World, act: () => Promise<ApiResult>): Promise<void> {
  for (let done = await act(); !done.ok && done.error.kind !== 'NotFound'; done = await act()) {
    await clock.sleep(1_000);
  }
}
