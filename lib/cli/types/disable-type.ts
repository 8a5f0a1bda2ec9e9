import { type JsonObject, stringAt } from '../../model/json.ts';
import { qualifiedName, type Resource } from '../../model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, readFederatedType } from '../../model/type-config.ts';
import type { Clock } from '../../ports.ts';
import { throwIfInterrupted } from '../changes.ts';
import { ensureObject, readObject, removeObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import { apiFailure } from '../connect/side.ts';
import { typeName } from './discovery.ts';
import type { TypeWork } from './enable-type.ts';

const POLL_MS = 100;
const STOP_TIMEOUT_MS = 10_000;

export interface DisableOptions {
  /** name of the FederatedTypeConfig */
  readonly name: string;
  readonly deleteCrd: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** takes each line of the result, in kubefedctl's words, as soon as it is true */
  readonly tell: (line: string) => void;
}

/**
 * Disables a type: propagation off, wait until it has stopped, CRD if asked for, FederatedTypeConfig. Nothing is touched
 * in the members. A dry run only looks.
 *
 * @throws CommandError TypeInUse when the CRD still has objects, NotStopped
 * Source: KubeFed v0.10.0, kubefedctl disable (steps and lines)
 */
export async function disableType(work: TypeWork, options: DisableOptions): Promise<void> {
  const { host, namespace, changes } = work;
  const { tell } = options;
  const key = { namespace, name: options.name };
  const named = `FederatedTypeConfig "${qualifiedName(key)}"`;
  const config = await readObject(host, FEDERATED_TYPE_CONFIGS, key);
  if (config === undefined) return tell(`${named} does not exist`);
  const federated = readFederatedType(config)?.federated;
  if (options.deleteCrd && federated !== undefined) await refuseInstances(work, federated);

  if (changes.dryRun) return;
  if (stringAt(config, 'spec', 'propagation') === 'Enabled') {
    await switchOff(work, config);
    tell(`Disabled propagation for ${named}`);
  }
  tell(`Verifying propagation controller is stopped for ${named}`);
  await untilStopped(work, options);
  tell(`Propagation controller for ${named} is stopped`);
  if (options.deleteCrd && federated !== undefined) tell(await deleteCrd(work, federated));
  await removeObject(changes, host, { resource: FEDERATED_TYPE_CONFIGS, key });
  tell(`federatedtypeconfig "${qualifiedName(key)}" deleted`);
}

async function deleteCrd({ host, changes }: TypeWork, federated: Resource): Promise<string> {
  const name = typeName(federated);
  const crd = await readObject(host, CUSTOM_RESOURCE_DEFINITIONS, { name });
  const what = `customresourcedefinition "${name}"`;
  if (crd === undefined) return `${what} does not exist`;
  await removeObject(changes, host, { resource: CUSTOM_RESOURCE_DEFINITIONS, key: { name } });
  return `${what} deleted`;
}

async function switchOff(work: TypeWork, config: JsonObject): Promise<void> {
  const { apiVersion, kind } = config;
  const key = {
    namespace: work.namespace,
    name: stringAt(config, 'metadata', 'name') ?? '',
  };
  await ensureObject(work.changes, work.host, {
    resource: FEDERATED_TYPE_CONFIGS,
    object: { apiVersion, kind, metadata: key, spec: { propagation: 'Disabled' } },
  });
}

async function refuseInstances({ host }: TypeWork, federated: Resource): Promise<void> {
  const found = await host.cluster.list(federated, { metadataOnly: true });
  if (!found.ok && found.error.kind !== 'NotFound') {
    throw apiFailure(host, `list ${federated.plural}`, found.error);
  }
  const count = found.ok ? found.value.items.length : 0;
  if (count === 0) return;
  throw new CommandError(
    'TypeInUse',
    `Cannot delete CRD "${typeName(federated)}" while resource instances exist. Please try kubefedctl disable again after removing the resource instances or without the '--delete-crd' option`,
    [`kubectl get ${federated.plural} --all-namespaces shows the ${count} of them`],
  );
}

async function untilStopped(work: TypeWork, options: DisableOptions): Promise<void> {
  const { host, namespace } = work;
  const { name, clock, signal } = options;
  const deadlineMs = clock.nowMs() + STOP_TIMEOUT_MS;
  for (;;) {
    throwIfInterrupted(signal);
    const config = await readObject(host, FEDERATED_TYPE_CONFIGS, { namespace, name });
    const state = stringAt(config, 'status', 'propagationController');
    if (config === undefined || state === 'NotRunning') return;
    if (clock.nowMs() >= deadlineMs) {
      const seen = `status.propagationController is ${state ?? 'not set'} after ${STOP_TIMEOUT_MS / 1000} s`;
      throw new CommandError(
        'NotStopped',
        `Unable to verify propagation controller for FederatedTypeConfig "${namespace}/${name}" is stopped: ${seen}`,
        ['the watch function writes this status: is it running? Then the same command again'],
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}
