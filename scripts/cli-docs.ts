import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { systemClock } from '../lib/cli/invocation.ts';
import { buildProgram } from '../lib/cli/main.ts';
import { openTerminal } from '../lib/cli/terminal.ts';

export const CLI_DOCS = join(import.meta.dirname, '..', 'docs', 'cli.md');

const START = `# Command line

Made from the commands by \`npm run docs\`; a test keeps it current. \`kubectl kubefed …\` is the same program, when
\`kubectl-kubefed\` is on the PATH.

Results go to stdout, everything else to stderr. Boolean flags take a value only after \`=\`, as in \`--force=false\`, and
\`_\` in the name of a flag counts as \`-\`: what is written for kubefedctl works.

| Exit code | Means |
|---|---|
| 0 | done |
| 1 | failed: the message says what and what to do about it |
| 2 | wrongly called; for commands that compare, what their help says |
| 130, 143 | stopped by Ctrl-C or SIGTERM; what was half-made is taken back, or the command goes on from there when it is run again |
`;

/** @returns the page on the command line, from the commands as they are */
export function cliDocs(): string {
  let help = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      help += String(chunk);
      done();
    },
  });
  const streams = { stdout, stderr: stdout };
  const program = buildProgram(
    { ...streams, startedAs: 'kubefed-eks' },
    {
      terminal: openTerminal(streams),
      signal: new AbortController().signal,
      env: {},
      clock: systemClock,
      onEnd: () => undefined,
    },
  );
  const examplesOf = (command: Command) => {
    help = '';
    command.outputHelp();
    return help.split('\nExamples:\n')[1]?.replaceAll(/^ {2}/gm, '').trimEnd() ?? '';
  };
  const sections = program.commands.flatMap((command) => sectionsOf(command, '', examplesOf));
  return `${[START, ...sections].join('\n')}`;
}

function sectionsOf(
  command: Command,
  parent: string,
  examplesOf: (command: Command) => string,
): string[] {
  const path = `${parent}${command.name()}`;
  const lines = [`## ${path}`, '', sentence(command.description()), ''];
  if (command.commands.length === 0) {
    lines.push('```sh', `kubefed-eks ${path} ${command.usage()}`, '```', '');
    lines.push(...table('Argument', argumentRows(command)), ...table('Flag', flagRows(command)));
    lines.push('```sh', examplesOf(command), '```', '');
  }
  const below = command.commands.flatMap((one) => sectionsOf(one, `${path} `, examplesOf));
  return [lines.join('\n'), ...below];
}

function argumentRows(command: Command): string[][] {
  return command.registeredArguments.map((one) => [`\`${one.name()}\``, one.description]);
}

function flagRows(command: Command): string[][] {
  return command.options.map((option) => {
    const standard = option.defaultValue;
    const isTold = typeof standard === 'string' || typeof standard === 'number';
    return [
      `\`${option.flags}\``,
      isTold ? `${option.description} (default: \`${standard}\`)` : option.description,
    ];
  });
}

function table(title: string, rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(
    (row) => `| ${row.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return [`| ${title} | Means |`, '|---|---|', ...cells, ''];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

if (import.meta.main) writeFileSync(CLI_DOCS, cliDocs());
