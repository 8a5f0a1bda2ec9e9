import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** One command, with the words that lead to it. */
interface Node {
  /** e.g. `orphaning-deletion enable`; empty for the program */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly Option[];
}

const NAME = 'kubefed-eks';
const FILE_FLAGS = new Set(['--filename', '--kubeconfig']);

/** @returns a script that completes commands and flags as they are now; contexts come from kubectl */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, []);
  if (shell === 'fish') return fishScript(nodes);
  const bash = bashScript(nodes);
  // zsh runs bash completions; so does the file in its fpath, which is sourced on first use.
  return shell === 'bash'
    ? bash
    : `#compdef ${NAME}\nautoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

function nodesOf(command: Command, path: readonly string[]): Node[] {
  const children = command.commands.flatMap((child) => nodesOf(child, [...path, child.name()]));
  const commands = command.commands.map((child) => ({
    name: child.name(),
    description: child.description(),
  }));
  return [{ path: path.join(' '), commands, options: command.options }, ...children];
}

function bashScript(nodes: readonly Node[]): string {
  const cases = nodes.map((node) => {
    const words = [...node.commands.map(({ name }) => name), ...node.options.flatMap(flagsOf)];
    return `    '${node.path}') words='${[...words, '--help'].join(' ')}' ;;`;
  });
  const groups = nodes.filter((node) => node.commands.length > 0 && node.path !== '');
  return `_kubefed_eks() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' word words
  case "$previous" in
    ${[...FILE_FLAGS].join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --*context) COMPREPLY=($(compgen -W "$(kubectl config get-contexts -o name 2>/dev/null)" -- "$current")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "$path" in
      '') path="$word" ;;
      ${groups.map((node) => `'${node.path}'`).join('|')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
    *) words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _kubefed_eks ${NAME}
`;
}

function fishScript(nodes: readonly Node[]): string {
  const lines = nodes.flatMap((node) => {
    const condition = fishCondition(node.path.split(' ').filter((word) => word !== ''));
    const start = `complete -c ${NAME} -n '${condition}'`;
    return [
      ...node.commands.map(
        ({ name, description }) => `${start} -f -a ${name} -d ${quote(description)}`,
      ),
      ...node.options.map((option) => `${start} ${fishOption(option)}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function fishCondition(path: readonly string[]): string {
  if (path.length === 0) return '__fish_use_subcommand';
  return path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
}

function fishOption(option: Option): string {
  const short = option.short === undefined ? '' : `-s ${option.short.slice(1)} `;
  const long = option.long?.slice(2) ?? '';
  const value = option.required ? ' -r' : '';
  return `${short}-l ${long}${value} -d ${quote(option.description)}`;
}

function flagsOf(option: Option): string[] {
  return [option.long, option.short].filter((flag) => flag !== undefined);
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
