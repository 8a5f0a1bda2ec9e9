import type { HostedZones } from '../../../lib/ports.ts';
import type { EksCluster } from './eks.ts';
import type { LoadBalancer } from './elb.ts';

export interface RuntimeOptions {
  /** directory that `cdk synth` wrote (cdk.out) */
  readonly assembly: string;
  /** the stack to run; may be left out when the assembly has one */
  readonly stack?: string;
  /** values for the template's parameters, in place of their defaults */
  readonly parameters?: Readonly<Record<string, string>>;
  /** variables of every function, over those of the template and of Lambda */
  readonly environment?: Readonly<Record<string, string>>;
  /** what DescribeCluster answers; each name once */
  readonly eksClusters: readonly EksCluster[];
  /** what DescribeLoadBalancers answers; none by default */
  readonly loadBalancers?: readonly LoadBalancer[];
  /** what Route 53 has; no Route 53 by default */
  readonly hostedZones?: HostedZones;
  /** by default the stack's own, else 000000000000 */
  readonly accountId?: string;
  /** by default the stack's own, else that of the first cluster, else us-west-2 */
  readonly region?: string;
  /** port of the AWS APIs and of the token webhook; by default any free one */
  readonly apiPort?: number;
  /** 30 turns `rate(1 minute)` into every 2 seconds; 1 by default */
  readonly scheduleSpeedup?: number;
  /** parts of logical ids of schedules that never fire */
  readonly holdSchedules?: readonly string[];
  /** fires every schedule once when all is up; true by default */
  readonly fireAtStart?: boolean;
  /** parts of names of functions whose running does not keep `idle()` waiting, e.g. Watch */
  readonly longRunning?: readonly string[];
  /** gets each line that a function writes, and each of its failures */
  readonly onLog?: (functionName: string, line: string) => void;
  /**
   * Environments of one function at most. By default the event source mapping's MaximumConcurrency, but not more than
   * there are cores; 2 without one. ReservedConcurrentExecutions is a limit in any case.
   */
  readonly workersPerFunction?: number;
}

export interface FunctionCounts {
  invocations: number;
  /** failures of any kind, timeouts and crashes among them */
  errors: number;
  timeouts: number;
  /** queue messages handed to the function, redeliveries among them */
  messages: number;
}
