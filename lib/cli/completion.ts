import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { completionScript, SHELLS } from './completion-script.ts';
import type { Invocation } from './invocation.ts';

const EXAMPLES = `
Examples:
  # for this shell only
  source <(kubefed-eks completion bash)

  # for every zsh to come
  kubefed-eks completion zsh > "\${fpath[1]}/_kubefed-eks"

  # for every fish to come
  kubefed-eks completion fish > ~/.config/fish/completions/kubefed-eks.fish`;

/** Adds `completion`. */
export function addCompletion(program: Command, invocation: Invocation): void {
  program
    .command('completion')
    .description('print a script that completes commands and flags in a shell')
    .argument('[SHELL]', SHELLS.join(', '))
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined) => {
      const shell = SHELLS.find((one) => one === name);
      if (shell === undefined) {
        const message = name === undefined ? 'SHELL is required' : `no completion for ${name}`;
        throw new CommandError('Usage', message, [`one of: ${SHELLS.join(', ')}`]);
      }
      invocation.terminal.result(completionScript(program, shell));
    });
}
