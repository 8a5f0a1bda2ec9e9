import { isIP } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { LATENCY_REGIONS } from '../core/dns-records/latency-regions.ts';
import { CommandError } from './command-error.ts';
import { addHostFlags, addReadFlags, parseBoolean } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { DnsRequest } from './requests.ts';

const EXAMPLES = `
Exit codes: 0 every record has names, and its zones have them; 2 some do not (yet): the message says why; 1 failed, or
Route 53 could not be asked, or the command was wrongly called.

With --region, Route 53 is asked for a client at the address of that Region's DynamoDB endpoint. It answers for public
zones only, and looks at health as it does for anybody.

Examples:
  # names, clusters, targets, and why a cluster is not among them
  kubefed-eks dns --namespace shop

  # one record, and what a client in Ireland would get
  kubefed-eks dns web --namespace shop --region eu-west-1

  # what the clients of that resolver would get
  kubefed-eks dns web --resolver 192.0.2.53

  # all that is not in its zone, for a script
  kubefed-eks dns --all-namespaces --output json | jq '.records[].names[] | select(.state != "InZone")'`;

/** Adds `dns`. */
export function addDns(program: Command, invocation: Invocation): void {
  const command = program
    .command('dns')
    .description('show DNS records: names, clusters, targets, why some are missing; ask Route 53')
    .argument('[NAME]', 'of a ServiceDNSRecord, an IngressDNSRecord, or a DNSEndpoint')
    .option('-n, --namespace <namespace>', "look in it (default: that of the host's context)")
    .option('-A, --all-namespaces [bool]', 'look in all namespaces', parseBoolean, false)
    .option(
      '--ask [bool]',
      'ask Route 53 what a client in us-east-1 would get',
      parseBoolean,
      false,
    )
    .option('--resolver <ip>', 'ask for the clients of this resolver', parseIp)
    .option('--region <region>', 'ask for a client in this Region', parseRegion)
    .option('--profile <name>', 'AWS profile for Route 53');
  addReadFlags(addHostFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (name?: string, flags?: DnsRequest) => {
      if (flags === undefined) return;
      if (flags.resolver !== undefined && flags.region !== undefined) {
        throw new CommandError('Usage', '--resolver and --region both say who asks', [
          'kubefed-eks dns --help',
        ]);
      }
      const { runDns } = await import('./run-dns.ts');
      await runDns(invocation, { ...flags, ...(name === undefined ? {} : { name }) });
    });
}

function parseIp(value: string): string {
  if (isIP(value) !== 0) return value;
  throw new InvalidArgumentError('Give an IP address.');
}

function parseRegion(value: string): string {
  if (LATENCY_REGIONS.has(value)) return value;
  throw new InvalidArgumentError('Give a Region that Route 53 has latencies for.');
}
