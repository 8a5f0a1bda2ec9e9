import * as z from 'zod';
import type { ApiRequest, ApiResponse, Route } from './api-server.ts';
import { verifyToken } from './token.ts';

export interface EksCluster {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  /** base64 of the PEM, as EKS hands it out */
  readonly caData: string;
}

interface AccessEntry {
  readonly principalArn: string;
  readonly kubernetesGroups: readonly string[];
  readonly username: string;
  readonly policyArns: Set<string>;
}

const ADMIN_POLICY = 'AmazonEKSClusterAdminPolicy';
const EntryInput = z.object({
  kubernetesGroups: z.array(z.string()).optional(),
  username: z.string().optional(),
});
const CreateInput = EntryInput.extend({ principalArn: z.string() });
const PolicyInput = z.object({ policyArn: z.string() });
const TokenReview = z.object({
  apiVersion: z.string(),
  spec: z.object({ token: z.string() }),
});

function refuse(status: number, type: string, message: string): ApiResponse {
  return { status, headers: { 'x-amzn-errortype': type }, body: { message } };
}

function describeCluster(cluster: EksCluster, account: string): ApiResponse {
  const { name, region, endpoint, caData } = cluster;
  const arn = `arn:aws:eks:${region}:${account}:cluster/${name}`;
  const certificateAuthority = { data: caData };
  const accessConfig = { authenticationMode: 'API' };
  const state = { version: '1.34', status: 'ACTIVE', accessConfig };
  return {
    status: 200,
    body: { cluster: { name, arn, endpoint, certificateAuthority, ...state } },
  };
}

function userNameOf(principalArn: string): string {
  return `${principalArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/local`;
}

function show(entry: AccessEntry, clusterName: string) {
  const { policyArns: _, ...shown } = entry;
  return { accessEntry: { ...shown, clusterName, type: 'STANDARD' } };
}

function policyCall(request: ApiRequest, entry: AccessEntry, policyArn?: string): ApiResponse {
  if (request.method === 'DELETE') {
    entry.policyArns.delete(policyArn ?? '');
    return { status: 200, body: {} };
  }
  if (request.method === 'POST') {
    entry.policyArns.add(PolicyInput.parse(JSON.parse(request.body)).policyArn);
  }
  const associatedAccessPolicies = [...entry.policyArns].map((arn) => ({
    policyArn: arn,
    accessScope: { type: 'cluster' },
  }));
  return { status: 200, body: { principalArn: entry.principalArn, associatedAccessPolicies } };
}

function entriesCall(
  request: ApiRequest,
  clusterName: string,
  entries: Map<string, AccessEntry>,
): ApiResponse {
  if (request.method === 'GET') {
    return { status: 200, body: { accessEntries: [...entries.keys()] } };
  }
  const { principalArn, kubernetesGroups, username } = CreateInput.parse(JSON.parse(request.body));
  if (entries.has(principalArn)) {
    const message = `The access entry ${principalArn} is already in use on cluster ${clusterName}.`;
    return refuse(409, 'ResourceInUseException', message);
  }
  const entry: AccessEntry = {
    principalArn,
    kubernetesGroups: kubernetesGroups ?? [],
    username: username ?? userNameOf(principalArn),
    policyArns: new Set(),
  };
  entries.set(principalArn, entry);
  return { status: 200, body: show(entry, clusterName) };
}

function entryCall(
  request: ApiRequest,
  clusterName: string,
  entries: Map<string, AccessEntry>,
  [principalArn = '', policies, policyArn]: readonly string[],
): ApiResponse {
  const entry = entries.get(principalArn);
  if (entry === undefined) {
    const message = `The specified principalArn could not be found: ${principalArn}`;
    return refuse(404, 'ResourceNotFoundException', message);
  }
  if (policies === 'access-policies') return policyCall(request, entry, policyArn);
  if (request.method === 'DELETE') {
    entries.delete(principalArn);
    return { status: 200, body: {} };
  }
  if (request.method === 'GET') return { status: 200, body: show(entry, clusterName) };
  const change = EntryInput.parse(JSON.parse(request.body));
  const changed: AccessEntry = {
    ...entry,
    kubernetesGroups: change.kubernetesGroups ?? entry.kubernetesGroups,
    username: change.username ?? entry.username,
  };
  entries.set(principalArn, changed);
  return { status: 200, body: show(changed, clusterName) };
}

function reviewToken(
  request: ApiRequest,
  cluster: string,
  entries: ReadonlyMap<string, AccessEntry>,
): ApiResponse {
  const { apiVersion, spec } = TokenReview.parse(JSON.parse(request.body));
  const review = (status: object): ApiResponse => ({
    status: 200,
    body: { apiVersion, kind: 'TokenReview', status },
  });
  const verdict = verifyToken(spec.token, cluster, Date.now());
  if (!verdict.ok) return review({ authenticated: false, error: verdict.reason });
  const entry = entries.get(verdict.roleArn);
  if (entry === undefined) {
    const error = `${verdict.roleArn} has no access entry on cluster ${cluster}`;
    return review({ authenticated: false, error });
  }
  const isAdmin = [...entry.policyArns].some((arn) => arn.endsWith(`/${ADMIN_POLICY}`));
  const groups = [...entry.kubernetesGroups, ...(isAdmin ? ['system:masters'] : [])];
  return review({
    authenticated: true,
    user: { username: entry.username, uid: verdict.roleArn, groups },
  });
}

/**
 * EKS as far as a client needs it, and the webhook that an API server asks about bearer tokens: DescribeCluster,
 * ListClusters, access entries and their policies; `POST /token-review/<cluster>`. A token counts when its role has an
 * access entry on that cluster. Of the access policies only AmazonEKSClusterAdminPolicy has an effect.
 *
 * @param clusters each name once; a request signed for another Region does not find a cluster
 * Source: Amazon EKS API reference; Kubernetes authentication.k8s.io TokenReview
 */
export function eksRoute(clusters: readonly EksCluster[], account: string): Route {
  const known = new Map(clusters.map((one) => [one.name, one]));
  if (known.size < clusters.length) throw new Error('eksClusters: a name is there twice');
  const entriesOf = new Map(
    clusters.map(({ name }) => [name, new Map<string, AccessEntry>()] as const),
  );
  return (request) => {
    const [service, name = '', part, ...rest] = request.path;
    if (service === 'token-review' && request.method === 'POST') {
      return reviewToken(request, name, entriesOf.get(name) ?? new Map());
    }
    if (service !== 'clusters') return undefined;
    const isHere = (cluster: EksCluster) => (request.region ?? cluster.region) === cluster.region;
    if (name === '') {
      return { status: 200, body: { clusters: clusters.filter(isHere).map((one) => one.name) } };
    }
    const cluster = known.get(name);
    const entries = entriesOf.get(name);
    if (cluster === undefined || entries === undefined || !isHere(cluster)) {
      return refuse(404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`);
    }
    if (part === undefined && request.method === 'GET') return describeCluster(cluster, account);
    if (part !== 'access-entries') return undefined;
    return rest.length === 0
      ? entriesCall(request, name, entries)
      : entryCall(request, name, entries, rest);
  };
}

/** Where an API server asks about the bearer tokens of a cluster, once a runtime with that `apiPort` is up. */
export function tokenReviewUrl(apiPort: number, cluster: string): string {
  return `http://127.0.0.1:${apiPort}/token-review/${encodeURIComponent(cluster)}`;
}
