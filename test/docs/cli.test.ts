import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLI_DOCS, cliDocs } from '../../scripts/cli-docs.ts';

describe('cliDocs', () => {
  it('is what docs/cli.md says; `npm run docs` writes it anew', () => {
    expect(readFileSync(CLI_DOCS, 'utf8')).toBe(cliDocs());
  });

  it('has an example for every command', () => {
    const blocks = cliDocs().split('```sh\n');

    expect(blocks.filter((block) => block.startsWith('\n'))).toEqual([]);
  });
});
