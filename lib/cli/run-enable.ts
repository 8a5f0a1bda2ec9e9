import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { isJsonObject, stringAt } from '../model/json.ts';
import { trackChanges } from './changes.ts';
import { CommandError } from './command-error.ts';
import { openHost } from './connect/open-host.ts';
import type { Invocation } from './invocation.ts';
import { printYaml } from './print-yaml.ts';
import type { EnableRequest } from './requests.ts';
import { discover, findType } from './types/discovery.ts';
import { enableType, generateType, REJOIN_HINT } from './types/enable-type.ts';
import { federate } from './types/federated-crd.ts';

/** `enable`, with the kubeconfig as it is. @throws CommandError */
export async function runEnable(invocation: Invocation, request: EnableRequest): Promise<void> {
  const { terminal, signal } = invocation;
  const wanted = request.filename === undefined ? request : await readDirective(request.filename);
  const { host } = await openHost(invocation, request);
  const target = findType(await discover(host), wanted.name ?? '', wanted.version);
  const { federatedGroup: group, federatedVersion: version } = wanted;
  const pair = federate(target, { group, version });
  if (request.output === 'yaml') {
    const { typeConfig, crd } = await generateType(host, pair);
    return printYaml(terminal, [typeConfig, crd]);
  }
  const { dryRun, kubefedNamespace: namespace } = request;
  const changes = trackChanges({ dryRun, terminal, signal });
  try {
    const lines = await enableType({ host, changes, namespace }, pair);
    for (const line of lines) terminal.result(line);
  } catch (error) {
    await changes.undo();
    throw error;
  }
  if (!dryRun) terminal.progress(REJOIN_HINT);
}

type Wanted = Pick<EnableRequest, 'name' | 'version' | 'federatedGroup' | 'federatedVersion'>;

/**
 * Reads an EnableTypeDirective.
 *
 * @throws CommandError FileInvalid
 * Source: KubeFed v0.10.0, EnableTypeDirective (fields and defaults)
 */
export async function readDirective(file: string): Promise<Wanted> {
  const refuse = (reason: string, cause?: unknown) =>
    new CommandError(
      'FileInvalid',
      `${file} is no EnableTypeDirective: ${reason}`,
      ['a document of kind EnableTypeDirective with metadata.name, the name of the type'],
      { cause },
    );
  let document: unknown;
  try {
    document = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw refuse(cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '', cause);
  }
  if (!isJsonObject(document)) throw refuse('it holds no object');
  const name = stringAt(document, 'metadata', 'name');
  if (document['kind'] !== 'EnableTypeDirective') throw refuse(`kind is ${document['kind']}`);
  if (!name) throw refuse('metadata.name is missing');
  return {
    name,
    version: stringAt(document, 'spec', 'targetVersion') ?? '',
    federatedGroup: stringAt(document, 'spec', 'federatedGroup') || 'types.kubefed.io',
    federatedVersion: stringAt(document, 'spec', 'federatedVersion') || 'v1beta1',
  };
}
