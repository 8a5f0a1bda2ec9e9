import { CommandError } from './command-error.ts';
import { type OpenAnswers, openAnswers } from './connect/open-answers.ts';
import { openHost } from './connect/open-host.ts';
import type { Side } from './connect/side.ts';
import { type Asked, type Asker, askAll } from './dns/ask.ts';
import { type DnsView, dnsExitCode, dnsView } from './dns/dns-view.ts';
import { dnsText } from './dns/print-dns.ts';
import { readDns } from './dns/read-dns.ts';
import type { Invocation } from './invocation.ts';
import type { DnsRequest } from './requests.ts';

export interface DnsPorts {
  readonly host: Side;
  readonly answers: OpenAnswers;
}

/** `dns`, with the kubeconfig as it is. @throws CommandError */
export async function runDns(invocation: Invocation, request: DnsRequest): Promise<void> {
  const { host, namespace } = await openHost(invocation, request);
  const answers = openAnswers(request.profile);
  await tellDns(invocation, { namespace, ...request }, { host, answers });
}

/** Reads, asks, prints, and leaves the exit code in the invocation. @throws CommandError */
export async function tellDns(
  invocation: Pick<Invocation, 'terminal' | 'exitCode'>,
  request: Omit<DnsRequest, 'kubefedNamespace'>,
  { host, answers }: DnsPorts,
): Promise<void> {
  const { terminal } = invocation;
  const { name, namespace, allNamespaces } = request;
  const view = dnsView(await readDns(host, allNamespaces ? undefined : namespace), name);
  if (name !== undefined && view.records.length === 0) throw notFound(name, request);
  const isAsked = request.ask || request.resolver !== undefined || request.region !== undefined;
  const asked = isAsked ? await ask(view, answers, request) : undefined;
  invocation.exitCode = asked?.some(({ error }) => error !== undefined) ? 1 : dnsExitCode(view);
  const document = asked === undefined ? view : { ...view, asked };
  terminal.result(
    request.output === 'json'
      ? JSON.stringify(document, undefined, 2)
      : dnsText(document, { colours: terminal.colours ?? false }),
  );
}

async function ask(
  view: DnsView,
  answers: OpenAnswers,
  { resolver, region }: Pick<DnsRequest, 'resolver' | 'region'>,
): Promise<Asked[]> {
  const asker: Asker = {
    ...(resolver === undefined ? {} : { resolverIp: resolver }),
    ...(region === undefined ? {} : { clientIp: await addressIn(answers, region) }),
  };
  return askAll(view, answers, asker);
}

async function addressIn(answers: OpenAnswers, region: string): Promise<string> {
  try {
    return await answers.addressIn(region);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      'Unreachable',
      `no address in Region ${region} is known to ask for: ${reason}`,
      ['--resolver with the address of a resolver there'],
      { cause },
    );
  }
}

function notFound(
  name: string,
  { namespace, allNamespaces }: Pick<DnsRequest, 'namespace' | 'allNamespaces'>,
): CommandError {
  const where = allNamespaces ? 'any namespace' : `namespace ${namespace}`;
  return new CommandError('ObjectNotFound', `no DNS record "${name}" was found in ${where}`, [
    'kubefed-eks dns --all-namespaces',
  ]);
}
