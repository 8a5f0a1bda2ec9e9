import { clustersLeavingWith } from '../core/leaving.ts';
import { runningTypes } from '../core/running-types.ts';
import { type JsonObject, stringAt, stringMapAt } from '../model/json.ts';
import { KUBEFED_CONFIGS, type KubeFedConfig, readKubeFedConfig } from '../model/kubefed-config.ts';
import { CONFIG_NAME, NAMESPACES_TYPE } from '../model/names.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../model/type-config.ts';
import type { Clock, Cluster } from '../ports.ts';
import { unwrap, unwrapIfFound } from './unwrap.ts';

/** What a stage knows of the whole federation: read once by a worker, kept until the watch tells of a change. */
export interface Federation {
  readonly config: KubeFedConfig;
  readonly types: ReadonlyMap<string, FederatedType>;
  /** every KubeFedCluster by name, ready or not */
  readonly clusters: ReadonlyMap<string, JsonObject>;
}

/** Without a revision in the message (a sweep, a redrive), or at a later try, no more than this old. */
const FRESH_FOR_MS = 5_000;
const KEPT_AT_MOST = 5_000;

export interface FederationReader {
  /**
   * @param attempt at a later try the federation may have changed since the revision
   * @throws when the host cannot be read: the message is to be tried again
   */
  at(revision: number | undefined, attempt?: number): Promise<Federation>;
  /** @returns the FederatedNamespace of `namespace`, undefined where there is none */
  namespaceAt(
    federation: Federation,
    namespace: string,
    revision: number | undefined,
  ): Promise<JsonObject | undefined>;
  /**
   * @returns clusters whose Namespace, and all that is in it, is on its way out together with the host's; none while
   *   either of them stays
   */
  leavingAt(
    federation: Federation,
    namespace: string,
    revision: number | undefined,
  ): Promise<ReadonlySet<string>>;
}

interface Kept<T> {
  readonly value: Promise<T>;
  readonly revision: number;
  readonly readAtMs: number;
}

/** Reads the federation from the host and keeps it as long as the revisions in the messages allow. */
export function federationReader(
  host: Cluster,
  kubefedNamespace: string,
  clock: Clock,
): FederationReader {
  const kept = new Map<string, Kept<unknown>>();

  function isUsable(known: Kept<unknown>, revision: number | undefined, attempt: number) {
    if (revision !== undefined && revision > known.revision) return false;
    const old = clock.nowMs() - known.readAtMs >= FRESH_FOR_MS;
    return !(old && (revision === undefined || attempt > 1));
  }

  function remember<T>(
    key: string,
    { revision, attempt = 1 }: { revision: number | undefined; attempt?: number | undefined },
    read: () => Promise<T>,
  ): Promise<T> {
    const nowMs = clock.nowMs();
    const known = kept.get(key) as Kept<T> | undefined;
    if (known !== undefined && isUsable(known, revision, attempt)) return known.value;
    if (kept.size >= KEPT_AT_MOST) kept.clear();
    const made = { value: read(), revision: revision ?? known?.revision ?? 0, readAtMs: nowMs };
    kept.set(key, made);
    // What failed to be read must not be remembered.
    made.value.catch(() => kept.get(key) === made && kept.delete(key));
    return made.value;
  }

  return {
    at: (revision, attempt) =>
      remember('federation', { revision, attempt }, () => readFederation(host, kubefedNamespace)),
    namespaceAt: (federation, namespace, revision) =>
      remember(`namespace/${namespace}`, { revision }, async () => {
        const type = federation.types.get(NAMESPACES_TYPE);
        if (type === undefined) return undefined;
        return unwrapIfFound(await host.get(type.federated, { namespace, name: namespace }));
      }),
    leavingAt: (federation, namespace, revision) =>
      remember(`leaving/${namespace}`, { revision }, () =>
        readLeaving(host, federation, namespace),
      ),
  };
}

async function readLeaving(
  host: Cluster,
  federation: Federation,
  namespace: string,
): Promise<ReadonlySet<string>> {
  const type = federation.types.get(NAMESPACES_TYPE);
  if (type === undefined) return new Set();
  const [hostNamespace, federatedNamespace] = await Promise.all([
    host.get(NAMESPACES, { name: namespace }).then(unwrapIfFound),
    host.get(type.federated, { namespace, name: namespace }).then(unwrapIfFound),
  ]);
  return clustersLeavingWith({
    hostNamespace,
    federatedNamespace,
    scope: federation.config.scope,
    clusters: placementClusters(federation),
  });
}

async function readFederation(host: Cluster, namespace: string): Promise<Federation> {
  const [config, types, clusters] = await Promise.all([
    host.get(KUBEFED_CONFIGS, { namespace, name: CONFIG_NAME }),
    host.list(FEDERATED_TYPE_CONFIGS, { namespace }),
    host.list(KUBEFED_CLUSTERS, { namespace }),
  ]);
  const readConfig = readKubeFedConfig(unwrapIfFound(config));
  return {
    config: readConfig,
    types: runningTypes(unwrap(types).items, readConfig),
    clusters: new Map(
      unwrap(clusters).items.map((cluster) => [
        stringAt(cluster, 'metadata', 'name') ?? '',
        cluster,
      ]),
    ),
  };
}

/** @returns the only namespace that is federated; undefined where all are */
export function onlyNamespace(
  { config }: Federation,
  kubefedNamespace: string,
): string | undefined {
  return config.scope === 'Namespaced' ? kubefedNamespace : undefined;
}

/** @returns clusters as placement sees them: name and labels */
export function placementClusters(federation: Federation) {
  return [...federation.clusters].map(([name, cluster]) => ({
    name,
    labels: stringMapAt(cluster, 'metadata', 'labels'),
  }));
}
