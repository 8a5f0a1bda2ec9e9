import { join } from 'node:path';
import { readManifests } from '../adapters/files/manifests.ts';
import { openAccess } from './connect/open-access.ts';
import { openHost } from './connect/open-host.ts';
import { openMembers } from './connect/open-members.ts';
import { openQueues } from './connect/open-queues.ts';
import { type DoctorPorts, examine } from './doctor/examine.ts';
import { countsOf, doctorExitCode } from './doctor/finding.ts';
import { doctorText } from './doctor/print-doctor.ts';
import type { Invocation } from './invocation.ts';
import { packageRoot } from './package-root.ts';
import type { DoctorRequest } from './requests.ts';

/** `doctor`, with the kubeconfig as it is. @throws CommandError */
export async function runDoctor(invocation: Invocation, request: DoctorRequest): Promise<void> {
  const { host, skewSeconds } = await openHost(invocation, request);
  const { clock } = invocation;
  await diagnose(invocation, request, {
    ...{ host, skewSeconds, clock },
    members: openMembers(invocation, host.cluster, request.profile),
    queues: openQueues(request.profile),
    access: openAccess(request.profile, () => clock.nowMs()),
    crds: readCrds,
  });
}

/** Examines, prints, and leaves the exit code in the invocation: 1 when something is wrong. @throws CommandError */
export async function diagnose(
  invocation: Pick<Invocation, 'terminal' | 'exitCode'>,
  request: Pick<DoctorRequest, 'kubefedNamespace' | 'output'>,
  ports: DoctorPorts,
): Promise<void> {
  const { terminal } = invocation;
  const findings = await examine(ports, request.kubefedNamespace);
  invocation.exitCode = doctorExitCode(findings);
  const text =
    request.output === 'json'
      ? JSON.stringify({ counts: countsOf(findings), findings }, undefined, 2)
      : doctorText(findings, { colours: terminal.colours ?? false });
  terminal.result(text);
}

/** CRDs as `cdk deploy` installs them. */
export async function readCrds() {
  const manifests = await readManifests(join(packageRoot(), 'crds'));
  return manifests.filter((object) => object['kind'] === 'CustomResourceDefinition');
}
