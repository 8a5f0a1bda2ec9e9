import { goJson } from '../../core/hash.ts';
import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import { type Finding, ok, problem } from './finding.ts';

const DEPLOY = 'npm run deploy (cdk deploy), which brings CRDs up to date';

/**
 * Are the CRDs of this version on the host, served and established?
 *
 * @param expected CRDs as this version installs them
 * @param found all CRDs of the host
 */
export function checkCrds(
  expected: readonly JsonObject[],
  found: readonly JsonObject[],
): Finding[] {
  const byName = new Map(found.map((crd) => [nameOf(crd), crd]));
  const findings = expected.flatMap((crd) => {
    const live = byName.get(nameOf(crd));
    return live === undefined
      ? [problem('error', 'host', `CRD ${nameOf(crd)} is not there`, DEPLOY)]
      : checkCrd(crd, live);
  });
  if (findings.length > 0) return findings;
  return [ok('host', `${expected.length} CRDs are there, as this version has them`)];
}

function checkCrd(crd: JsonObject, live: JsonObject): Finding[] {
  const name = nameOf(crd);
  const served = servedVersions(live);
  const missing = [...servedVersions(crd)].filter((version) => !served.has(version));
  if (missing.length > 0) {
    return [problem('error', 'host', `CRD ${name} does not serve ${missing.join(', ')}`, DEPLOY)];
  }
  const unready = unestablished(live);
  if (unready !== undefined) {
    const message = `CRD ${name} is not established: ${unready}`;
    return [problem('error', 'host', message, `kubectl describe crd ${name}`)];
  }
  if (schemasOf(crd) === schemasOf(live)) return [];
  const message = `CRD ${name} is not the one of this version`;
  return [problem('warning', 'host', message, DEPLOY)];
}

/** @returns names of the served versions of a CRD */
export function servedVersions(crd: JsonObject): ReadonlySet<string> {
  const versions = listAt(crd, 'spec', 'versions').filter((one) => valueAt(one, 'served') === true);
  return new Set(versions.map((one) => stringAt(one, 'name') ?? ''));
}

function unestablished(crd: JsonObject): string | undefined {
  const conditions = listAt(crd, 'status', 'conditions').filter(isJsonObject);
  const isTrue = (type: string) =>
    conditions.some((one) => one['type'] === type && one['status'] === 'True');
  if (isTrue('Established')) return undefined;
  const refused = conditions.find((one) => one['status'] === 'False');
  return stringAt(refused, 'message') ?? 'the API server has not said why';
}

function schemasOf(crd: JsonObject): string {
  const versions = listAt(crd, 'spec', 'versions').map((one) => [
    stringAt(one, 'name') ?? '',
    valueAt(one, 'schema') ?? null,
  ]);
  return goJson(versions);
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
