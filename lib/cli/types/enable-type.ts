import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES } from '../../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../model/type-config.ts';
import type { Change, Changes } from '../changes.ts';
import { ensureObject, readObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { Side } from '../connect/side.ts';
import { packageRoot } from '../package-root.ts';
import { typeName } from './discovery.ts';
import { refuseConflicts } from './enable-refusals.ts';
import { federatedCrd, shortNamesOf, type TypePair, typeConfigOf } from './federated-crd.ts';
import { hasReplicas } from './target-schema.ts';

/** Where types are enabled and disabled. */
export interface TypeWork {
  readonly host: Side;
  readonly changes: Changes;
  /** the kubefed namespace */
  readonly namespace: string;
}

/** What enabling a type puts on the host. */
export interface TypeObjects {
  readonly crd: JsonObject;
  readonly typeConfig: JsonObject;
}

/** What to say after a type was enabled: members let in what was enabled when they joined, unless with `--admin`. */
export const REJOIN_HINT =
  'members that joined before let the new type in only after the same kubefed-eks join again';

/** A shipped type with replicas, whose schema all generated types share. */
const PATTERN = join('crds', 'types', 'federatedreplicasets.types.kubefed.io.yaml');

/**
 * Generates CRD and FederatedTypeConfig of a type.
 *
 * @param namespace left out: of the FederatedTypeConfig too, as for what is only printed
 * @throws CommandError when the schema of the target cannot be read
 */
export async function generateType(
  host: Side,
  pair: TypePair,
  namespace?: string,
): Promise<TypeObjects> {
  const about = {
    pattern: await readPattern(),
    shortNames: shortNamesOf(pair.target),
    hasReplicas: await hasReplicas(host, pair.target),
  };
  return { crd: federatedCrd(pair, about), typeConfig: typeConfigOf(pair, namespace) };
}

/**
 * Enables a type: its federated CRD, then the FederatedTypeConfig. What is there already is brought in line.
 *
 * @returns one line for each object, in kubefedctl's words
 * @throws CommandError TypeInUse when that would break a type that is enabled already, ControlPlaneNotFound
 * Source: KubeFed v0.10.0, kubefedctl enable
 */
export async function enableType(work: TypeWork, pair: TypePair): Promise<string[]> {
  const { host, namespace } = work;
  if ((await readObject(host, NAMESPACES, { name: namespace })) === undefined) {
    throw new CommandError(
      'ControlPlaneNotFound',
      `KubeFed system namespace "${namespace}" does not exist`,
      ['another host with --host-cluster-context, or another namespace with --kubefed-namespace'],
    );
  }
  await refuseConflicts(host, namespace, pair);
  const { crd, typeConfig } = await generateType(host, pair, namespace);
  const { plural, group } = pair.federated;
  const madeCrd = await ensure(work, CUSTOM_RESOURCE_DEFINITIONS, crd);
  const madeConfig = await ensure(work, FEDERATED_TYPE_CONFIGS, typeConfig);
  return [
    `customresourcedefinition.apiextensions.k8s.io/${plural}.${group} ${madeCrd}`,
    `federatedtypeconfig.core.kubefed.io/${typeName(pair.target)} ${madeConfig} in namespace ${namespace}`,
  ];
}

const PAST: Readonly<Record<Change['action'], string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  unchanged: 'unchanged',
};

async function ensure(work: TypeWork, resource: Resource, object: JsonObject): Promise<string> {
  await ensureObject(work.changes, work.host, { resource, object });
  return PAST[work.changes.list.at(-1)?.action ?? 'unchanged'];
}

async function readPattern(): Promise<JsonObject> {
  const pattern: unknown = parse(await readFile(join(packageRoot(), PATTERN), 'utf8'));
  if (!isJsonObject(pattern)) throw new Error(`${PATTERN} holds no object`);
  return pattern;
}
