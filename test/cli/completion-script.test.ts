import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { completionScript } from '../../lib/cli/completion-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'completion-'));
const file = join(folder, 'completion.bash');

afterAll(() => rmSync(folder, { recursive: true }));

function program(): Command {
  const command = new Command('kubefed-eks');
  command.command('join').description("make it the federation's").option('--admin [bool]', 'all');
  const group = command.command('orphaning-deletion').description('copies');
  group.command('status').description('ask').option('-n, --namespace <name>', 'where');
  return command;
}

/** What bash offers for words of which the last is being typed. */
function offered(...words: string[]): string[] {
  writeFileSync(file, completionScript(program(), 'bash'));
  const typed = ['kubefed-eks', ...words].map((word) => `'${word}'`).join(' ');
  const script = `source ${file}; COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _kubefed_eks; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe('completionScript', () => {
  it.each([
    [[''], ['join', 'orphaning-deletion', '--help']],
    [['jo'], ['join']],
    [
      ['join', '--'],
      ['--admin', '--help'],
    ],
    [['join', 'cluster1', '--a'], ['--admin']],
    [['orphaning-deletion', 's'], ['status']],
    [
      ['orphaning-deletion', 'status', '-'],
      ['--namespace', '-n', '--help'],
    ],
    [['nonsense', ''], ['']],
  ])('offers in bash after %j: %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('runs the same in zsh', () => {
    const script = completionScript(program(), 'zsh');

    expect(script).toMatch(/^#compdef kubefed-eks\nautoload -U \+X bashcompinit && bashcompinit\n/);
    expect(script).toContain('complete -o default -F _kubefed_eks kubefed-eks');
  });

  it('describes each command and flag in fish', () => {
    expect(completionScript(program(), 'fish').split('\n')).toEqual([
      "complete -c kubefed-eks -n '__fish_use_subcommand' -f -a join -d 'make it the federation\\'s'",
      "complete -c kubefed-eks -n '__fish_use_subcommand' -f -a orphaning-deletion -d 'copies'",
      "complete -c kubefed-eks -n '__fish_seen_subcommand_from join' -l admin -d 'all'",
      "complete -c kubefed-eks -n '__fish_seen_subcommand_from orphaning-deletion' -f -a status -d 'ask'",
      "complete -c kubefed-eks -n '__fish_seen_subcommand_from orphaning-deletion; and __fish_seen_subcommand_from status' -s n -l namespace -r -d 'where'",
      '',
    ]);
  });
});
