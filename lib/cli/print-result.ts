import { type JsonObject, objectAt } from '../model/json.ts';
import type { Change } from './changes.ts';
import type { OutputFormat } from './flags.ts';
import { describeCluster } from './host/cluster-identity.ts';
import type { JoinResult } from './join-cluster.ts';
import type { Terminal } from './terminal.ts';
import type { UnjoinResult } from './unjoin-cluster.ts';

/** Prints what became of `join` on stdout: a line, one JSON document, or for a dry run all objects as YAML. */
export async function printJoin(
  terminal: Terminal,
  result: JoinResult,
  output: OutputFormat = 'text',
): Promise<void> {
  const { name, namespace, kind, dryRun, spec } = result;
  const ready = result.ready ?? null;
  if (output === 'json') {
    const changes = result.changes.map((change) => shown(change, dryRun));
    return printJson(terminal, { name, namespace, kind, dryRun, ready, spec, changes });
  }
  if (dryRun) await printPlan(terminal, result.changes);
  const member = describeCluster({ spec });
  const readiness = ready === null ? 'not waited for' : 'Ready';
  const unchanged = result.changes.every((change) => change.action === 'unchanged');
  if (dryRun) {
    terminal.result(
      unchanged ? `# ${name}: nothing would change` : `# ${name} would join: ${member}`,
    );
  } else if (unchanged) {
    terminal.result(`${name} is joined already, nothing changed: ${member}, ${readiness}`);
  } else terminal.result(`${name} joined: ${member}, ${readiness}`);
}

/** Prints what became of `unjoin` on stdout. */
export async function printUnjoin(
  terminal: Terminal,
  result: UnjoinResult,
  output: OutputFormat = 'text',
): Promise<void> {
  const { name, namespace, dryRun, skipped } = result;
  if (output === 'json') {
    const changes = result.changes.map((change) => shown(change, dryRun));
    return printJson(terminal, { name, namespace, dryRun, changes, skipped });
  }
  if (dryRun) {
    await printPlan(terminal, result.changes);
    return terminal.result(`# ${name} would leave`);
  }
  const left = skipped.length === 0 ? '' : `; not cleaned up in the member: ${skipped.length}`;
  terminal.result(`${name} unjoined${left}. Objects that were propagated to it stay there.`);
}

function printJson(terminal: Terminal, document: unknown): void {
  terminal.result(JSON.stringify(document, undefined, 2));
}

async function printPlan(terminal: Terminal, changes: readonly Change[]): Promise<void> {
  const { stringify } = await import('yaml');
  for (const change of changes) {
    const title = `# ${change.place}: ${change.action} ${change.what}\n`;
    const { object } = shown(change, true);
    terminal.result(object === undefined ? title : `---\n${title}${stringify(object)}`);
  }
}

/** The change as it may be printed: the object only of a plan, and never what a Secret holds. */
function shown(change: Change, withObject: boolean): Change {
  const { object, ...rest } = change;
  if (!withObject || object === undefined) return rest;
  return { ...rest, object: withoutSecretData(object, change.what) };
}

function withoutSecretData(object: JsonObject, what: string): JsonObject {
  const data = objectAt(object, 'data');
  if (data === undefined || !what.startsWith('Secret ')) return object;
  const hidden = Object.keys(data).map((key) => [key, '(not shown)']);
  return { ...object, data: Object.fromEntries(hidden) };
}
