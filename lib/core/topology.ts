import { type JsonObject, stringAt } from '../model/json.ts';

export interface Topology {
  readonly region?: string;
  /** sorted, each once; absent when no node tells its zone */
  readonly zones?: readonly string[];
}

const REGION = 'topology.kubernetes.io/region';
const ZONE = 'topology.kubernetes.io/zone';
/** `….eu-west-1.eks.amazonaws.com`, and `….eks-cluster.eu-west-1.api.aws` of dual-stack clusters */
const OF_EKS = /\.(?:([a-z\d-]+)\.eks\.amazonaws|eks-cluster\.([a-z\d-]+)\.api)\./;

/**
 * Where a member is: its Region from `spec.eks.region`, else from the name that EKS gives an API server, else from the
 * first node that has the label.
 *
 * @param nodes metadata is enough; absent when they were not asked for
 * Source: Kubernetes, well-known labels; KubeFed v0.6.1 read `failure-domain.beta.kubernetes.io`, which is gone. AWS,
 *   EKS user guide, "Cluster API server endpoint"
 */
export function topologyOf(
  kubeFedCluster: JsonObject,
  nodes: readonly JsonObject[] = [],
): Topology {
  const labels = (label: string) =>
    nodes
      .map((node) => stringAt(node, 'metadata', 'labels', label))
      .filter((value) => value !== undefined && value !== '');
  const region =
    stringAt(kubeFedCluster, 'spec', 'eks', 'region') ??
    regionOfEndpoint(stringAt(kubeFedCluster, 'spec', 'apiEndpoint') ?? '') ??
    labels(REGION)[0];
  const zones = [...new Set(labels(ZONE))].filter((zone) => zone !== undefined).sort();
  return {
    ...(region === undefined ? {} : { region }),
    ...(zones.length === 0 ? {} : { zones }),
  };
}

function regionOfEndpoint(endpoint: string): string | undefined {
  return OF_EKS.exec(endpoint.toLowerCase())?.slice(1).find(Boolean);
}
