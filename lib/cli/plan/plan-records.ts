import { DOMAINS, RECORDS, readRecordSpec } from '../../model/dns-record.ts';
import { stringAt, valueAt } from '../../model/json.ts';
import { INSTALL_CONFIG_MAP } from '../../model/names.ts';
import { CONFIG_MAPS } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster } from '../../ports.ts';
import { stageRoles } from '../doctor/check-control-plane.ts';
import type { Finding } from './finding.ts';
import type { PlannedObject } from './plan-report.ts';
import type { PlannedDns } from './planned-dns.ts';
import { recordsToPlan } from './records-to-plan.ts';
import type { RecordRehearsal } from './rehearse-record.ts';
import type { StagedObject } from './stage-files.ts';
import { keyOf } from './staged-host.ts';

export interface PlanRecordsPorts {
  /** the host with the files applied */
  readonly host: Cluster;
  readonly kubefedNamespace: string;
  readonly rehearse: RecordRehearsal;
  readonly types: Iterable<FederatedType>;
  readonly note: (text: string) => void;
  readonly find: (finding: Finding) => void;
}

/**
 * Says what becomes of the record sets that the files bear on. One after the other: to have asked for the load
 * balancers of a Region once is enough.
 *
 * @returns those of the files in their order, then others that change
 */
export async function planRecords(
  ports: PlanRecordsPorts,
  inFiles: readonly StagedObject[],
  planned: readonly PlannedObject[],
): Promise<PlannedDns[]> {
  const { host, note, types } = ports;
  const all: PlannedDns[] = [];
  for (const each of await recordsToPlan({ host, note, types, inFiles, planned })) {
    const dns = await ports.rehearse(each.kind, each.key);
    if (dns === undefined) continue;
    if (each.isInFiles || dns.endpoint.action !== 'nothing') all.push(dns);
  }
  if (all.length > 0) await noteIfOff(ports);
  for (const one of inFiles) await findMissingDomain(ports, one);
  return all;
}

/** Without the setting `dns` nobody acts on records. A host whose ConfigMap cannot be read says nothing. */
async function noteIfOff({ host, kubefedNamespace, note }: PlanRecordsPorts): Promise<void> {
  const key = { namespace: kubefedNamespace, name: INSTALL_CONFIG_MAP };
  const found = await host.get(CONFIG_MAPS, key);
  if (!found.ok || stageRoles(found.value)['dns'] !== undefined) return;
  note('this deployment has no DNS: record sets come only with the setting dns');
}

async function findMissingDomain(
  { host, kubefedNamespace: namespace, find }: PlanRecordsPorts,
  { resource, object, located }: StagedObject,
): Promise<void> {
  if (resource === DOMAINS && keyOf(object).namespace !== namespace) {
    find({
      severity: 'warning',
      ...located.placeOf(['metadata', 'namespace']),
      path: 'metadata.namespace',
      message: `no record looks for a Domain in namespace ${keyOf(object).namespace}`,
      remedy: `put it into the namespace of the control plane, ${namespace}`,
    });
  }
  if (resource !== RECORDS.service) return;
  const { domainRef: name } = readRecordSpec('service', object);
  const found = name === '' ? undefined : await host.get(DOMAINS, { namespace, name });
  if (found !== undefined && !found.ok && found.error.kind !== 'NotFound') return;
  const domain = found?.ok ? found.value : undefined;
  const isGoing = valueAt(domain, 'metadata', 'deletionTimestamp') !== undefined;
  if (stringAt(domain, 'domain') !== undefined && !isGoing) return;
  const path = ['spec', 'domainRef'];
  find({
    severity: 'warning',
    ...located.placeOf(path),
    path: path.join('.'),
    message: `there is no Domain ${namespace}/${name}: the record has no names`,
    remedy: 'create it, put it into the files, or change spec.domainRef',
  });
}
