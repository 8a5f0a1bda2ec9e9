import { kubeCluster } from '../../adapters/kube/cluster.ts';
import { clockedConnection } from '../../adapters/kube/server-clock.ts';
import { CommandError } from '../command-error.ts';
import type { HostFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { type Kubeconfig, loadKubeconfig } from './kubeconfig.ts';
import { contextSide, type Side } from './side.ts';

export interface OpenHost {
  readonly host: Side;
  /** namespace that the context names, else `default` */
  readonly namespace: string;
  /** @returns how far the host's clock is ahead of ours; undefined before its first answer */
  skewSeconds(): number | undefined;
}

/** Opens the host alone, for the commands that need no member. @throws CommandError */
export async function openHost(invocation: Invocation, flags: HostFlags): Promise<OpenHost> {
  const kubeconfig = loadKubeconfig(flags.kubeconfig, invocation.env);
  const context = hostContext(flags, kubeconfig);
  const opened = await kubeconfig.connect(context);
  const connection = clockedConnection(opened, () => invocation.clock.nowMs());
  invocation.onEnd(() => connection.close());
  return {
    host: contextSide('host', kubeCluster(connection), context),
    namespace: kubeconfig.namespaceOf(context) ?? 'default',
    skewSeconds: () => connection.skewSeconds(),
  };
}

/** @throws CommandError ContextNotFound when nothing says which context is the host */
export function hostContext(
  flags: HostFlags,
  kubeconfig: Pick<Kubeconfig, 'currentContext'>,
): string {
  const context = flags.hostClusterContext ?? kubeconfig.currentContext;
  if (context !== undefined) return context;
  throw new CommandError(
    'ContextNotFound',
    'no kubeconfig context is current, so the host is unknown',
    ['--host-cluster-context CONTEXT', 'kubectl config use-context CONTEXT'],
  );
}
