import { deriveClusterName, uniqueClusterName } from '../../core/cluster-name.ts';
import type { JsonObject } from '../../model/json.ts';
import { CommandError } from '../command-error.ts';
import { type ClusterIdentity, describeCluster, nameOf, standsFor } from './cluster-identity.ts';

export interface NameQuestion {
  /** the NAME argument, legal or not */
  readonly given?: string;
  /** ARN or context to derive a name from */
  readonly from: string;
  /** tells clusters of one name apart, e.g. the Region */
  readonly hint: string;
  readonly identity: ClusterIdentity;
  /** every KubeFedCluster of the host */
  readonly clusters: readonly JsonObject[];
}

export interface NameAnswer {
  readonly name: string;
  /** the KubeFedCluster that has the name already and stands for this very cluster */
  readonly existing?: JsonObject;
  /** why the name is not the one that was given; absent when it is */
  readonly note?: string;
  /** names under which this cluster is joined as well */
  readonly otherNames: readonly string[];
}

const LEGAL_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Names the KubeFedCluster. A legal NAME is taken as it is; any other is made legal; without one the cluster keeps the
 * name that it is joined under, else gets one derived from its ARN or context, which no other cluster has.
 *
 * @throws CommandError ClusterNameTaken when a given name already stands for another cluster
 * Source: Kubernetes, object names (RFC 1123 subdomain)
 */
export function chooseName(question: NameQuestion): NameAnswer {
  const { given, from, identity, clusters } = question;
  const same = clusters.filter((one) => standsFor(one, identity));
  const named = (name: string, note?: string): NameAnswer => {
    const existing = same.find((one) => nameOf(one) === name);
    return {
      name,
      ...(existing === undefined ? {} : { existing }),
      ...(note === undefined ? {} : { note }),
      otherNames: same.map(nameOf).filter((other) => other !== name),
    };
  };

  if (given !== undefined && LEGAL_NAME.test(given)) {
    const holder = clusters.find((one) => nameOf(one) === given);
    if (holder !== undefined && !same.includes(holder)) throw nameTaken(given, holder);
    return named(given);
  }
  const derived = deriveClusterName(given ?? from);
  const kept = same.find((one) => given === undefined || nameOf(one).startsWith(derived));
  if (kept !== undefined) return named(nameOf(kept), 'it is joined under this name already');

  const name = uniqueClusterName(derived, new Set(clusters.map(nameOf)), question.hint);
  const why = given === undefined ? 'derived from' : 'made legal from';
  return named(name, `${why} ${given ?? from}`);
}

function nameTaken(name: string, holder: JsonObject): CommandError {
  return new CommandError(
    'ClusterNameTaken',
    `KubeFedCluster ${name} stands for another cluster already: ${describeCluster(holder)}`,
    ['another NAME, or none to have one derived', `kubefed-eks unjoin ${name}`],
  );
}
