import { vi } from 'vitest';

/**
 * Keeps what is written to stdout and stderr until mocks are restored.
 *
 * @returns gives the lines so far, parsed as JSON
 */
export function captureOutput(): () => Record<string, unknown>[] {
  let text = '';
  const keep = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  return () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
}
