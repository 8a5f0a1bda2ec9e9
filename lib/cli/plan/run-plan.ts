import { text } from 'node:stream/consumers';
import { HostError } from '../../stages/unwrap.ts';
import { openFederation } from '../connect/open-federation.ts';
import { openLoadBalancers } from '../connect/open-load-balancers.ts';
import { apiFailure } from '../connect/side.ts';
import type { Invocation } from '../invocation.ts';
import type { PlanRequest } from '../plan.ts';
import { makePlan } from './make-plan.ts';
import { planExitCode } from './plan-report.ts';
import { printPlanReport } from './print-plan.ts';
import { readFiles } from './read-files.ts';

/** `plan`, with kubeconfig and AWS as they are. @throws CommandError */
export async function runPlan(invocation: Invocation, request: PlanRequest): Promise<void> {
  const files = await readFiles(request.filename, {
    readInput: () => text(process.stdin),
    recursive: request.recursive,
  });
  const ways = await openFederation(invocation, request);
  const { kubefedNamespace, namespace = ways.namespace, server, output } = request;
  try {
    const report = await makePlan(
      {
        host: ways.host.cluster,
        members: ways.members,
        loadBalancers: openLoadBalancers(request.profile, () => invocation.clock.nowMs()),
        ...(server ? { dryRun: ways.dryRun } : {}),
        clock: invocation.clock,
        signal: invocation.signal,
        kubefedNamespace,
        namespace,
      },
      files,
    );
    await printPlanReport(invocation.terminal, report, output);
    invocation.exitCode = planExitCode(report);
  } catch (error) {
    if (error instanceof HostError) throw apiFailure(ways.host, 'read the federation', error.error);
    throw error;
  }
}
