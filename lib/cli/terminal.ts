import { styleText } from 'node:util';
import { CommandError } from './command-error.ts';

/** Results go to stdout and nothing else does; all talk goes to stderr. */
export interface Terminal {
  /** klog's idea of how much to tell: 2 and more shows what stayed as it was, 4 and more shows stack traces */
  verbosity: number;
  /** whether results may be coloured: stdout is a terminal, and NO_COLOR is not set */
  readonly colours?: boolean;
  result(text: string): void;
  progress(text: string): void;
  warn(text: string): void;
  /**
   * A line that takes the place of the one before. Where stderr is no terminal: one line per different text, and what
   * ticks is left out.
   */
  status(text: string, ticking: string): void;
  failure(error: unknown): void;
}

export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const CLEAR_LINE = '\r\u001b[2K';
const STACK_VERBOSITY = 4;

/** Colours and line rewriting only where stderr is a terminal; NO_COLOR and FORCE_COLOR are honoured. */
export function openTerminal({ stdout, stderr }: Streams): Terminal {
  let statusShown = '';
  const clear = stderr.isTTY === true ? CLEAR_LINE : '';

  function endStatus(): void {
    if (statusShown !== '' && clear !== '') stderr.write(clear);
    statusShown = '';
  }

  function say(text: string): void {
    endStatus();
    stderr.write(`${text}\n`);
  }

  const paint = (style: 'red' | 'yellow' | 'cyan', text: string) =>
    styleText(style, text, { stream: stderr });

  const terminal: Terminal = {
    verbosity: 0,
    colours: styleText('red', 'x', { stream: stdout }) !== 'x',
    result(text) {
      endStatus();
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    progress: say,
    warn: (text) => say(`${paint('yellow', 'warning:')} ${text}`),
    status(text, ticking) {
      const isNew = text !== statusShown;
      statusShown = text;
      if (clear !== '') stderr.write(`${clear}${text} ${ticking}`);
      else if (isNew) stderr.write(`${text}\n`);
    },
    failure(error) {
      say(`${paint('red', 'error:')} ${messageOf(error)}`);
      for (const remedy of remediesOf(error)) say(`  ${paint('cyan', 'try:')} ${remedy}`);
      if (terminal.verbosity >= STACK_VERBOSITY && error instanceof Error) say(stackOf(error));
    },
  };
  return terminal;
}

function messageOf(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  return `unexpected failure: ${error instanceof Error ? error.message : String(error)}`;
}

function remediesOf(error: unknown): readonly string[] {
  if (error instanceof CommandError) return error.remedies;
  return ['the same command with --v=4, which shows where it happened'];
}

function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
