import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Cluster, KubeConfig } from '@kubernetes/client-node';
import type { Connection } from '../../adapters/kube/connection.ts';
import { isJsonObject, type JsonValue, stringAt } from '../../model/json.ts';
import { CommandError } from '../command-error.ts';
import type { Invocation } from '../invocation.ts';
import { connectContext } from './context-connection.ts';
import type { ContextEntry } from './eks-reference.ts';

/** Contexts of one or more kubeconfig files. */
export interface Kubeconfig {
  /** undefined when no file names one */
  readonly currentContext: string | undefined;
  has(context: string): boolean;
  /** @throws CommandError ContextNotFound, which names the contexts that there are */
  entry(context: string): ContextEntry;
  /** @returns the namespace that the context names; undefined when it names none */
  namespaceOf(context: string): string | undefined;
  /** @throws CommandError when the context cannot be used, or its exec plugin fails */
  connect(context: string): Promise<Connection>;
}

/**
 * Reads the files as kubectl does: the flag's, else those of KUBECONFIG, else `~/.kube/config`; of two entries with one
 * name the first counts, and files of a list that do not exist are passed over. Without any file the service account of
 * a pod is tried.
 *
 * @throws CommandError KubeconfigInvalid
 * Source: Kubernetes, "Organizing Cluster Access Using kubeconfig Files", merging rules
 */
export function loadKubeconfig(flag: string | undefined, env: Invocation['env']): Kubeconfig {
  const merged = new KubeConfig();
  const files = filesOf(flag, env);
  for (const file of files) {
    const one = parseFile(file);
    merged.clusters.push(...newOnes(one.clusters, merged.clusters));
    merged.users.push(...newOnes(one.users, merged.users));
    merged.contexts.push(...newOnes(one.contexts, merged.contexts));
    merged.currentContext ||= one.currentContext;
  }
  if (files.length === 0 && env['KUBERNETES_SERVICE_HOST']) merged.loadFromCluster();

  function forContext(name: string): KubeConfig {
    if (!merged.contexts.some((context) => context.name === name)) {
      throw unknownContext(
        name,
        files,
        merged.contexts.map((context) => context.name),
      );
    }
    const one = new KubeConfig();
    const { clusters, users, contexts } = merged;
    one.loadFromOptions({ clusters, users, contexts, currentContext: name });
    return one;
  }

  return {
    currentContext: merged.currentContext || undefined,
    has: (context) => merged.contexts.some(({ name }) => name === context),
    namespaceOf: (context) =>
      merged.contexts.find(({ name }) => name === context)?.namespace || undefined,
    entry: (context) => readEntry(forContext(context), context),
    async connect(context) {
      const one = forContext(context);
      return connectContext(one, readEntry(one, context));
    },
  };
}

function filesOf(flag: string | undefined, env: Invocation['env']): string[] {
  if (flag !== undefined) {
    if (existsSync(flag)) return [flag];
    throw new CommandError('KubeconfigInvalid', `kubeconfig ${flag} does not exist`, [
      'give another file with --kubeconfig',
    ]);
  }
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const home = env['HOME'] || env['USERPROFILE'] || '';
  const files = listed.length > 0 ? listed : [join(home, '.kube', 'config')];
  return files.filter((file) => existsSync(file));
}

function parseFile(file: string): KubeConfig {
  const one = new KubeConfig();
  try {
    one.loadFromFile(file, { onInvalidEntry: 'filter' });
    return one;
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new CommandError(
      'KubeconfigInvalid',
      `kubeconfig ${file} cannot be read: ${reason}`,
      [`kubectl --kubeconfig ${file} config view`],
      { cause },
    );
  }
}

function newOnes<T extends { readonly name: string }>(found: T[], known: readonly T[]): T[] {
  return found.filter((one) => !known.some(({ name }) => name === one.name));
}

function unknownContext(name: string, files: string[], known: string[]): CommandError {
  const where = files.length === 0 ? 'no kubeconfig file was found' : `not in ${files.join(', ')}`;
  const remedy =
    known.length === 0
      ? 'aws eks update-kubeconfig --name CLUSTER --region REGION'
      : `one of the contexts there are: ${known.slice(0, 12).join(', ')}`;
  return new CommandError('ContextNotFound', `context "${name}" does not exist: ${where}`, [
    remedy,
  ]);
}

function clusterOf(one: KubeConfig, context: string): Cluster {
  const cluster = one.getCurrentCluster();
  if (cluster !== null) return cluster;
  const name = one.getContextObject(context)?.cluster ?? '';
  throw new CommandError(
    'KubeconfigInvalid',
    `context "${context}" names cluster "${name}", which its kubeconfig does not have`,
    [`kubectl config set-context ${context} --cluster CLUSTER`],
  );
}

function readEntry(one: KubeConfig, context: string): ContextEntry {
  const cluster = clusterOf(one, context);
  const exec = readExecConfig(one.getCurrentUser()?.exec);
  const caData = cluster.caFile ? readFileSync(cluster.caFile).toString('base64') : cluster.caData;
  return {
    name: context,
    clusterName: cluster.name,
    server: cluster.server,
    insecure: cluster.skipTLSVerify,
    ...(cluster.proxyUrl ? { proxyUrl: cluster.proxyUrl } : {}),
    ...(caData ? { caData } : {}),
    ...(exec === undefined ? {} : { exec }),
  };
}

function readExecConfig(exec: JsonValue | undefined): ContextEntry['exec'] {
  if (!isJsonObject(exec)) return undefined;
  const args = Array.isArray(exec['args']) ? exec['args'].map(String) : [];
  const variables = Array.isArray(exec['env']) ? exec['env'].filter(isJsonObject) : [];
  const env = variables.map((one) => [stringAt(one, 'name') ?? '', stringAt(one, 'value') ?? '']);
  return { command: stringAt(exec, 'command') ?? '', args, env: Object.fromEntries(env) };
}
