import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../lib/cli/command-error.ts';
import { openTerminal } from '../../lib/cli/terminal.ts';

function open(isTTY = false) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const terminal = openTerminal({ stdout, stderr });
  return {
    terminal,
    out: () => String(stdout.read() ?? ''),
    err: () => String(stderr.read() ?? ''),
  };
}

describe('openTerminal', () => {
  it('prints results on stdout and all else on stderr', () => {
    const { terminal, out, err } = open();

    terminal.progress('made x');
    terminal.warn('careful');
    terminal.result('done');

    expect(out()).toBe('done\n');
    expect(err()).toBe('made x\nwarning: careful\n');
  });

  it('prints an error with what to try, in plain text, without a stack', () => {
    const { terminal, err } = open();

    terminal.failure(new CommandError('NotReady', 'it is not Ready', ['this', 'or that']));

    expect(err()).toBe('error: it is not Ready\n  try: this\n  try: or that\n');
  });

  it('prints the stack and its causes from --v=4 on', () => {
    const { terminal, err } = open();
    terminal.verbosity = 4;

    terminal.failure(new CommandError('NotReady', 'outer', [], { cause: new Error('inner') }));

    expect(err()).toMatch(
      /^error: outer\nCommandError: outer\n {4}at [\s\S]+\ncaused by Error: inner\n {4}at /,
    );
  });

  it('says how to find out more about what nobody expected', () => {
    const { terminal, err } = open();

    terminal.failure(new TypeError('x is undefined'));
    terminal.failure('just text');

    expect(err()).toBe(
      [
        'error: unexpected failure: x is undefined',
        '  try: the same command with --v=4, which shows where it happened',
        'error: unexpected failure: just text',
        '  try: the same command with --v=4, which shows where it happened\n',
      ].join('\n'),
    );
  });

  it('prints a status once while it is the same, where stderr is no terminal', () => {
    const { terminal, err } = open();

    terminal.status('waiting', '(1 s)');
    terminal.status('waiting', '(2 s)');
    terminal.status('still waiting', '(3 s)');
    terminal.progress('done');

    expect(err()).toBe('waiting\nstill waiting\ndone\n');
  });

  it('rewrites the status line on a terminal', () => {
    const { terminal, out, err } = open(true);

    terminal.status('waiting', '(1 s)');
    terminal.status('waiting', '(2 s)');
    terminal.progress('done');
    terminal.status('waiting again', '(1 s)');
    terminal.result('result');

    const clear = '\r\u001b[2K';
    expect(err()).toBe(
      `${clear}waiting (1 s)${clear}waiting (2 s)${clear}done\n${clear}waiting again (1 s)${clear}`,
    );
    expect(out()).toBe('result\n');
  });
});
