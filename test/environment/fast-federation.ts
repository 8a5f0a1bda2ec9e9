import { join } from 'node:path';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Cluster } from '../../lib/ports.ts';
import { type MemoryZones, memoryZones } from '../route53/memory-zones.ts';
import type { ControlPlane } from './control-plane.ts';
import { startControlPlanes } from './control-planes.ts';
import { adminApi } from './emulated-aws.ts';
import { findFreePorts } from './processes.ts';
import { runCommand } from './run-command.ts';
import { tokenReviewUrl } from './runtime/eks.ts';
import type { LoadBalancer } from './runtime/elb.ts';
import { type Runtime, startRuntime } from './runtime/runtime.ts';
import { synthesize } from './synthesize.ts';

const JOIN_MEMBERS = join(import.meta.dirname, 'join-members.ts');
const ACCOUNT_ID = '111122223333';
const REGION = 'us-west-2';
/** the hosted zone of a federation with DNS */
export const ZONE = { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' };
const CREATOR = `arn:aws:iam::${ACCOUNT_ID}:role/creator`;
const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

export interface FastCluster {
  readonly name: string;
  readonly plane: ControlPlane;
  readonly api: Cluster;
}

export interface FastFederation {
  readonly runtime: Runtime;
  readonly host: FastCluster;
  /** joined and Ready, unless `joins` is false */
  readonly members: readonly FastCluster[];
  /** as whoever made the clusters */
  readonly eks: EKSClient;
  /** what is in Route 53; written to only with DNS */
  readonly zones: MemoryZones;
  stop(): Promise<void>;
}

export interface FastFederationOptions {
  readonly members: number;
  readonly onProgress: (line: string) => void;
  readonly onLog?: (functionName: string, line: string) => void;
  /** 12 turns the minute of the schedules into five seconds; 1 by default */
  readonly scheduleSpeedup?: number;
  /** false leaves it to the test to join the members; true by default */
  readonly joins?: boolean;
  /** what the host is to be like before the members join */
  readonly beforeJoin?: (host: Cluster) => Promise<void>;
  /** sets DNS up; what Elastic Load Balancing knows of */
  readonly loadBalancers?: readonly LoadBalancer[];
}

/**
 * Starts real API servers and the fast local runtime with the synthesized stack, and joins the members: `host` and
 * `member-1` to `member-N`, all in one Region.
 */
export async function startFastFederation(options: FastFederationOptions): Promise<FastFederation> {
  const { onProgress } = options;
  const names = Array.from({ length: options.members }, (_, i) => `member-${i + 1}`);
  const [apiPort = 0] = await findFreePorts('127.0.0.1', 1);
  onProgress('starting API servers, synthesizing the stack');
  const [planes, { assembly, remove }] = await Promise.all([
    startControlPlanes({
      clusters: ['host', ...names],
      onProgress,
      tokenWebhookUrl: (cluster) => tokenReviewUrl(apiPort, cluster),
    }),
    synthesize(settingsOf(names, options.loadBalancers !== undefined)),
  ]);
  const clusters = Object.values(planes.clusters).map((plane) => ({
    name: plane.name,
    plane,
    api: adminApi(plane),
  }));
  const [host, ...members] = clusters;
  if (host === undefined) throw new Error('no host');
  const zones = memoryZones([ZONE]);
  const runtime = await startRuntime({
    assembly,
    accountId: ACCOUNT_ID,
    region: REGION,
    apiPort,
    longRunning: ['watch'],
    scheduleSpeedup: options.scheduleSpeedup ?? 1,
    eksClusters: clusters.map(({ name, plane }) => ({
      name,
      region: REGION,
      endpoint: plane.url,
      caData: plane.caData,
    })),
    ...(options.loadBalancers === undefined ? {} : { loadBalancers: options.loadBalancers }),
    hostedZones: zones,
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
  });
  await options.beforeJoin?.(host.api);
  const environment = creatorEnvironment(runtime);
  const eks = eksClient(environment);
  if (options.joins !== false) {
    onProgress(`joining ${names.join(', ')}`);
    for (const name of names) await letCreatorIn(name, eks);
    await joinMembers(host, names, environment);
  }
  return {
    runtime,
    host,
    members,
    eks,
    zones,
    async stop() {
      eks.destroy();
      await runtime.stop();
      await planes.stop();
      await remove();
    },
  };
}

/** Members only widen what IAM allows, which nobody checks here: the same ones for most tests, so that one synth will do. */
function settingsOf(names: readonly string[], hasDns: boolean): JsonObject {
  const atLeast = ['member-1', 'member-2', 'member-3'];
  const members = [...new Set([...atLeast, ...names])];
  const inRegion = (clusterName: string) => ({ clusterName, region: REGION });
  return {
    stackName: 'kubefed-eks',
    account: ACCOUNT_ID,
    region: REGION,
    host: inRegion('host'),
    members: members.map(inRegion),
    emulated: true,
    ...(hasDns ? { dns: { zones: [ZONE.id] } } : {}),
  };
}

/** @returns what the command line takes from the environment of whoever made the clusters, but the kubeconfig */
export function creatorEnvironment(runtime: Runtime): Record<string, string> {
  const { accessKeyId, secretAccessKey } = runtime.credentials(CREATOR);
  return {
    AWS_ENDPOINT_URL: runtime.apiUrl,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Whoever makes a cluster is its administrator. */
async function letCreatorIn(clusterName: string, eks: EKSClient) {
  const entry = { clusterName, principalArn: CREATOR };
  await eks.send(new CreateAccessEntryCommand(entry));
  const accessScope = { type: 'cluster' as const };
  await eks.send(new AssociateAccessPolicyCommand({ ...entry, policyArn: ADMIN, accessScope }));
}

function eksClient(environment: Record<string, string>): EKSClient {
  return new EKSClient({
    region: REGION,
    endpoint: environment['AWS_ENDPOINT_URL'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
}

async function joinMembers(
  host: FastCluster,
  names: readonly string[],
  environment: Record<string, string>,
) {
  const env = { ...process.env, ...environment, KUBECONFIG: host.plane.kubeconfigPath };
  const members = names.map(
    (name) => `${name}=arn:aws:eks:${REGION}:${ACCOUNT_ID}:cluster/${name}`,
  );
  await runCommand(process.execPath, [JOIN_MEMBERS, ...members], env);
}
