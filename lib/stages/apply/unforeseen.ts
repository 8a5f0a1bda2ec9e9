import type { ClusterResult, Job } from '../../model/messages.ts';
import { HostError } from '../unwrap.ts';

const FAILED = {
  ensure: 'ComputeResourceFailed',
  remove: 'DeletionFailed',
  release: 'LabelRemovalFailed',
} as const;

/**
 * An object that trips the program over ends as a dead letter. Its status is to say why before that.
 *
 * @returns what a job came to that ended in an exception; undefined while the host cannot be read: of that nobody could
 *   tell the host, and it is not the fault of the object
 */
export function unforeseenResult(
  { cluster, action }: Job,
  error: unknown,
): ClusterResult | undefined {
  if (error instanceof HostError) return undefined;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy = 'if it stays, annotate the object kubefed.io/redrive once the cause is mended';
  return { cluster, code: FAILED[action], message: `not foreseen: ${what}; ${remedy}` };
}
