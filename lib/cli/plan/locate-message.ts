import { type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { type FieldPath, parseFieldPath } from './field-path.ts';

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
  cluster?: string,
): FieldPath | undefined {
  return locateOverride(message, federated, cluster) ?? locateField(message, federated);
}

function locateOverride(
  message: string,
  federated: JsonObject,
  cluster: string | undefined,
): FieldPath | undefined {
  const [, operation] = /override\[(\d+)\]/.exec(message) ?? [];
  if (operation === undefined) return undefined;
  const [, named] = /cluster "([^"]*)"/.exec(message) ?? [];
  const entries = listAt(federated, 'spec', 'overrides');
  const entry = entries.findIndex(
    (one) => (stringAt(one, 'clusterName') ?? '') === (named ?? cluster),
  );
  if (entry === -1) return ['spec', 'overrides'];
  const field = message.includes('invalid op') ? 'op' : 'path';
  return ['spec', 'overrides', entry, 'clusterOverrides', Number(operation), field];
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
