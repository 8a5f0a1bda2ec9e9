import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../lib/cli/main.ts';

const directory = mkdtempSync(join(tmpdir(), 'main-'));
const kubeconfig = join(directory, 'config');
const cluster = { server: 'https://127.0.0.1:1' };
writeFileSync(
  kubeconfig,
  JSON.stringify({
    contexts: [{ name: 'host', context: { cluster: 'host', user: 'host' } }],
    clusters: [{ name: 'host', cluster }],
    users: [{ name: 'host', user: { token: 'x' } }],
  }),
);

afterAll(() => rmSync(directory, { recursive: true }));

async function run(
  args: string[],
  startedAs = '/usr/bin/kubefed-eks',
  signal = new AbortController().signal,
) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const env = { KUBECONFIG: kubeconfig };
  const code = await main(args, { stdout, stderr, env, startedAs, signal });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

const COMMANDS = [
  ...['join', 'unjoin', 'enable', 'disable', 'federate', 'completion', 'version'],
  ...['plan', 'status', 'dns', 'doctor', 'cordon', 'uncordon', 'drain'],
  ...['enable', 'disable', 'status'].map((action) => `orphaning-deletion ${action}`),
];
const HOST = ['--host-cluster-context', 'host'];

describe('main', () => {
  it.each([[['--help']], [['join', '--help']], [['help', 'unjoin']]])(
    'prints help on stdout and ends with 0: %j',
    async (args) => {
      const { code, out, err } = await run(args);

      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: kubefed-eks /);
    },
  );

  it('shows examples in the help of every command', async () => {
    for (const command of COMMANDS) {
      const { out } = await run([...command.split(' '), '--help']);
      expect(out).toContain(`  kubefed-eks ${command}`);
    }
  });

  it('speaks of itself as a plugin of kubectl when it runs as one', async () => {
    const { err } = await run(['join', '--nope'], '/usr/bin/kubectl-kubefed');

    expect(err).toContain('try: kubectl kubefed join --help');
  });

  it.each<[string[], string]>([
    [[], 'Usage: kubefed-eks'],
    [['jion'], "error: unknown command 'jion'"],
    [['join', '--nope'], "error: unknown option '--nope'"],
    [['join', 'a', 'b'], "error: too many arguments for 'join'"],
    [['join'], 'error: NAME is required, or --cluster-arn, or --cluster-context'],
    [['unjoin'], 'error: NAME is required'],
    [['join', 'a', '--label', 'x'], "error: option '--label <key=value>' argument 'x' is invalid."],
    [['join', 'a', '--wait', 'long'], 'Give a number of seconds.'],
    [['join', 'a', '--output', 'yaml'], 'Give text or json.'],
    [['join', 'a', '--v', 'x'], 'Give a number from 0 to 10.'],
    [
      ['join', 'a', '--cluster-arn', 'x'],
      'error: --cluster-arn x is not the ARN of an EKS cluster',
    ],
    [['join', '--cluster-name', 'basic'], 'error: --cluster-name basic needs the Region of it'],
    [
      ['join', 'a', '--name', 'b', '--cluster-context', 'host'],
      'error: a and host both say which cluster joins',
    ],
    [['enable'], 'error: NAME is required'],
    [['enable', 'a', '-o', 'json'], 'Invalid value for --output: json'],
    [['disable'], 'error: NAME is required'],
    [['disable', 'a', '--version', 'v1'], 'error: --version flag valid only with --delete-crd'],
    [
      ['disable', 'a', '--federated-group', 'x'],
      'error: --kubefed-group flag valid only with --delete-crd',
    ],
    [['federate'], 'error: TYPE-NAME is required'],
    [['federate', 'cm'], 'error: RESOURCE-NAME is required'],
    [
      ['federate', 'cm', 'a', '-t', '-o', 'yaml'],
      "error: Flag '--enable-type' cannot be used with '--output [yaml]'",
    ],
    [
      ['federate', 'cm', 'a', '-f', 'x'],
      "error: Flag '--filename' does not take any args. Got args: [cm a]",
    ],
    [['status', 'cm'], 'error: NAME is required with KIND'],
    [['status', '--interval', 'x'], 'Give a number of seconds.'],
    [['status', '--output', 'yaml'], 'Give text or json.'],
    [['cordon'], 'error: CLUSTER is required'],
    [['uncordon', 'a', 'b'], "error: too many arguments for 'uncordon'"],
    [['cordon', 'a', '--timeout', '5'], "error: unknown option '--timeout'"],
    [['drain'], 'error: CLUSTER is required'],
    [['drain', 'a', '--timeout', 'long'], 'Give a number of seconds.'],
    [['drain', 'a', '--wait=later'], 'Give true or false.'],
    [['orphaning-deletion', 'enable'], 'error: resource type is required'],
    [['orphaning-deletion', 'status', 'fcm'], 'error: resource name is required'],
    [['completion'], 'error: SHELL is required'],
    [['completion', 'tcsh'], 'error: no completion for tcsh'],
    [['join', 'a', '--role-arn', 'x'], 'error: --role-arn x is not the ARN of an IAM role'],
  ])('ends with 2 when it is called wrongly: %j', async (args, message) => {
    const { code, out, err } = await run(args);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it.each<[string[], string]>([
    [['plan'], "required option '-f, --filename <path>' not specified"],
    [['plan', '-f', '-', '--nope'], "unknown option '--nope'"],
    [['plan', '-f', '/nope', '-o', 'text'], 'Give table, json or yaml.'],
    [['plan', '-f', '/nope', ...HOST], 'host (context host): cannot read the federation: connect'],
    [['plan', '-f', '/nope', '--context', 'x'], 'context "x" does not exist'],
    [['dns', '--region', 'mars-1'], 'Give a Region that Route 53 has latencies for.'],
    [['dns', '--resolver', 'x'], 'Give an IP address.'],
    [['dns', '--resolver', '::1', '--region', 'eu-west-1'], '--resolver and --region both say who'],
    [['dns', '-A', 'web', ...HOST], 'host (context host): cannot list servicednsrecords in all'],
  ])(
    'ends with 1, never 2, when plan or dns fails or is called wrongly: %j',
    async (args, message) => {
      const { code, out, err } = await run(args);

      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(message);
    },
  );

  it('ends with 1 and says what to try when it fails', async () => {
    const { code, out, err } = await run(['join', 'nowhere', ...HOST]);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      [
        `error: context "nowhere" does not exist: not in ${kubeconfig}`,
        '  try: one of the contexts there are: host\n',
      ].join('\n'),
    );
  });

  it("takes KubeFed's flags and shows a stack from --v=4 on", async () => {
    const { code, err } = await run([
      ...['join', 'host', '--cluster-context', 'host', ...HOST, '--v=4', '--dry-run'],
      ...['--host-cluster-name', 'h', '--secret-name', 's', '--error-on-existing=false'],
    ]);

    expect(code).toBe(1);
    expect(err).toMatch(/^error: host \(context host\): cannot read KubeFedConfig .*ECONNREFUSED/);
    expect(err).toContain('CommandError: host');
  });

  it.each([
    ['enable', 'cm'],
    ['disable', 'cm'],
    ['federate', 'cm', 'app'],
    ['orphaning-deletion', 'status', 'fcm', 'app'],
  ])('takes --context for the host, and says when it does not answer: %s', async (...args) => {
    const { code, out, err } = await run([...args, '--context', 'host']);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: host \(context host\): cannot read \/apis: .*ECONNREFUSED/);
    expect(err).toContain('try: kubectl --context host get --raw /version');
    expect(err).not.toContain('    at ');
  });

  it.each([['status'], ['status', 'cm', 'app'], ['doctor'], ['drain', 'a'], ['cordon', 'a']])(
    'reads the host first, and says when it does not answer: %s',
    async (...args) => {
      const { code, out, err } = await run([...args, '--context', 'host']);

      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(/^error: host \(context host\): cannot read .*ECONNREFUSED/);
    },
  );

  it('ends with 1, not 2, when doctor is called wrongly: a script must not mistake it', async () => {
    const { code, err } = await run(['doctor', '--nope']);

    expect(code).toBe(1);
    expect(err).toContain("error: unknown option '--nope'");
  });

  it('prints its version in the form of kubefedctl', async () => {
    const { code, out } = await run(['version']);

    expect(code).toBe(0);
    expect(out).toMatch(/^kubefedctl version: version\.Info\{Version:"v\d+\.\d+\.\d+", .*"\}\n$/);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('ends as a shell expects when it was stopped by %s', async (name, expected) => {
    const { code } = await run(['unjoin', 'x', ...HOST], undefined, AbortSignal.abort(name));

    expect(code).toBe(expected);
  });

  it('ends with 1 when no context is the host', async () => {
    const { code, err } = await run(['unjoin', 'x']);

    expect(code).toBe(1);
    expect(err).toContain('error: no kubeconfig context is current, so the host is unknown');
  });
});
