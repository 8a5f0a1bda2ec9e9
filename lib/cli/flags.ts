import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_KUBEFED_NAMESPACE } from '../model/names.ts';

/** Flags that every command has which talks to the host. */
export interface HostFlags {
  readonly kubeconfig?: string;
  readonly hostClusterContext?: string;
  readonly kubefedNamespace: string;
}

/** Flags of the commands that change something. */
export interface ChangeFlags {
  readonly dryRun: boolean;
  readonly output?: OutputFormat;
}

export type OutputFormat = 'text' | 'json';

const TRUE = new Set(['true', 'True', 'TRUE', 't', 'T', '1']);
const FALSE = new Set(['false', 'False', 'FALSE', 'f', 'F', '0']);

/** Flags with a value that may be left out; see `spellOutBooleans`. */
const BOOLEAN_FLAGS: ReadonlySet<string> = new Set([
  '--admin',
  '--all-namespaces',
  '--ask',
  '--contents',
  '--delete-crd',
  '--dry-run',
  '--enable-type',
  '--error-on-existing',
  '--force',
  '--host-only',
  '--watch',
]);
const SHORT_BOOLEAN_FLAGS: Readonly<Record<string, string>> = {
  '-A': '--all-namespaces',
  '-c': '--contents',
  '-t': '--enable-type',
  '-w': '--watch',
};

/** Adds the flags that say which cluster is the host and how much to tell, with KubeFed's names and defaults. */
export function addHostFlags(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'kubeconfig to use instead of KUBECONFIG or ~/.kube/config')
    .option('--host-cluster-context <context>', 'context of the host (default: current context)')
    .option('--context <context>', 'the same, as kubectl calls it')
    .option(
      '--kubefed-namespace <namespace>',
      'namespace of the control plane in the host',
      DEFAULT_KUBEFED_NAMESPACE,
    )
    .option(
      '-v, --v <level>',
      'how much to tell: 2 shows what stayed as it was, 4 stack traces',
      parseLevel,
    );
}

/** Adds `--dry-run` and `--output`. */
export function addChangeFlags(command: Command): Command {
  return command
    .option(
      '--dry-run [bool]',
      'show everything that would be done, change nothing',
      parseBoolean,
      false,
    )
    .option('-o, --output <format>', 'result on stdout: text or json', parseOutput);
}

/** Adds `--output` for the commands that only look. */
export function addReadFlags(command: Command): Command {
  return command.option('-o, --output <format>', 'result on stdout: text or json', parseOutput);
}

/**
 * Rewrites bare boolean flags as `--flag=true`, because commander would take the next argument as the value, and
 * KubeFed's flags never do; and `_` in names of flags as `-`.
 *
 * Source: KubeFed v0.10.0 (pflag: a boolean flag takes a value only after `=`; names are normalised)
 */
export function spellOutBooleans(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => (end === -1 || index < end ? spellOut(arg) : arg));
}

function spellOut(arg: string): string {
  const [given = '', ...value] = arg.split('=');
  const flag = SHORT_BOOLEAN_FLAGS[given] ?? (given.startsWith('--') ? dashed(given) : given);
  if (value.length > 0) return [flag, ...value].join('=');
  return BOOLEAN_FLAGS.has(flag) ? `${flag}=true` : flag;
}

function dashed(flag: string): string {
  return flag.replaceAll('_', '-');
}

/** @throws InvalidArgumentError, which commander turns into a usage error */
export function parseBoolean(value: string): boolean {
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw new InvalidArgumentError('Give true or false.');
}

/** @returns whole seconds, 0 or more */
export function parseSeconds(value: string): number {
  if (!/^\d{1,6}s?$/.test(value)) throw new InvalidArgumentError('Give a number of seconds.');
  return Number.parseInt(value, 10);
}

const LABEL_NAME =
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * @returns the labels so far and this one
 * Source: Kubernetes, labels and selectors, syntax and character set
 */
export function collectLabel(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name = '', labelValue = ''] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  if (!LABEL_NAME.test(name) || !LABEL_VALUE.test(labelValue)) {
    throw new InvalidArgumentError('Give KEY=VALUE, both legal in a Kubernetes label.');
  }
  return { ...before, [name]: labelValue };
}

function parseLevel(value: string): number {
  if (!/^\d{1,2}$/.test(value)) throw new InvalidArgumentError('Give a number from 0 to 10.');
  return Number(value);
}

/** @throws InvalidArgumentError. Source: KubeFed v0.10.0, kubefedctl enable and federate */
export function parseYamlOutput(value: string): 'yaml' {
  if (value === 'yaml') return value;
  throw new InvalidArgumentError(`Invalid value for --output: ${value}`);
}

/** @returns the values so far and these, which commas part. Source: KubeFed v0.10.0 (pflag string slices) */
export function collectList(value: string, before: readonly string[] = []): string[] {
  const values = value.split(',').map((one) => one.trim());
  return [...before, ...values.filter((one) => one !== '')];
}

function parseOutput(value: string): OutputFormat {
  if (value === 'text' || value === 'json') return value;
  throw new InvalidArgumentError('Give text or json.');
}
