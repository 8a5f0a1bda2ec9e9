import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command of the project as a user would.
 *
 * @returns what it wrote to stdout
 * @throws when it exits with another code than 0; the error ends with what it wrote
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text;
  });
  const [code] = await once(child, 'close');
  if (code === 0) return stdout;
  const shown = [command, ...args].join(' ').slice(0, 200);
  throw new Error(`${shown}\nexited with ${code}:\n${all.trimEnd().slice(-3000)}`);
}
