import { type Labels, readLabelSelector } from '../../core/label-selector.ts';
import { type JsonObject, type JsonValue, listAt, objectAt, stringAt } from '../../model/json.ts';
import { type FieldPath, parseFieldPath } from './field-path.ts';

export interface LabelledCluster {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * Finds out which field a message is about: one of the pipeline (`override[1] for cluster "a" has an invalid path`,
 * `spec.placement.clusterSelector: …`) or one of an API server (`… is invalid: spec.x: Invalid value …`).
 *
 * @param cluster the member whose overrides the message is about, where the message itself does not say
 * @returns undefined when it names none
 */
export function locateMessage(
  message: string,
  federated: JsonObject,
  cluster?: LabelledCluster,
): FieldPath | undefined {
  return locateOverride(message, federated, cluster) ?? locateField(message, federated);
}

function locateOverride(
  message: string,
  federated: JsonObject,
  cluster: LabelledCluster | undefined,
): FieldPath | undefined {
  const [, text] = /override\[(\d+)\]/.exec(message) ?? [];
  if (text === undefined) return undefined;
  const operation = Number(text);
  const [, bySelector] = /clusterSelector of spec\.overrides\[(\d+)\]/.exec(message) ?? [];
  if (bySelector !== undefined) return operationAt(Number(bySelector), operation, message);
  const entries = listAt(federated, 'spec', 'overrides');
  const [, named] = /cluster "([^"]*)"/.exec(message) ?? [];
  if (named !== undefined) {
    const entry = entries.findIndex((one) => (stringAt(one, 'clusterName') ?? '') === named);
    return entry === -1 ? ['spec', 'overrides'] : operationAt(entry, operation, message);
  }
  const inOrder = cluster === undefined ? [] : operationsInOrder(entries, cluster);
  const found = inOrder[operation];
  return found === undefined
    ? ['spec', 'overrides']
    : operationAt(found.entry, found.operation, message);
}

function operationAt(entry: number, operation: number, message: string): FieldPath {
  const field = message.includes('invalid op') ? 'op' : 'path';
  return ['spec', 'overrides', entry, 'clusterOverrides', operation, field];
}

/** Where the operations of one cluster come from: those of matching selectors first, then its own. */
function operationsInOrder(entries: readonly JsonValue[], { name, labels }: LabelledCluster) {
  const matching = (entry: JsonValue) => {
    const selector = objectAt(entry, 'clusterSelector');
    const read = selector === undefined ? undefined : readLabelSelector(selector);
    return read?.ok === true && read.matches(labels);
  };
  const placed = entries.map((entry, index) => ({ entry, index }));
  return [
    ...placed.filter(({ entry }) => matching(entry)),
    ...placed.filter(({ entry }) => stringAt(entry, 'clusterName') === name),
  ].flatMap(({ entry, index }) =>
    listAt(entry, 'clusterOverrides').map((_, operation) => ({ entry: index, operation })),
  );
}

function locateField(message: string, federated: JsonObject): FieldPath | undefined {
  const [, unknown] = /^spec\.placement\.clusters names (\S+),/.exec(message) ?? [];
  if (unknown !== undefined) {
    const names = listAt(federated, 'spec', 'placement', 'clusters').map((c) =>
      stringAt(c, 'name'),
    );
    const place = names.indexOf(unknown);
    return place < 0
      ? ['spec', 'placement', 'clusters']
      : ['spec', 'placement', 'clusters', place, 'name'];
  }
  const [, template] =
    /^metadata\.(annotations|finalizers) cannot be set via template/.exec(message) ?? [];
  if (template !== undefined) return ['spec', 'template', 'metadata', template];
  const [, field] = /\b((?:spec|metadata)(?:\.[\w-]+|\[[^\]]+\])*)(?::| must )/.exec(message) ?? [];
  return field === undefined ? undefined : parseFieldPath(field);
}
