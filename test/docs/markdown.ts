import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Page {
  /** path in the project */
  readonly path: string;
  /** without fenced blocks */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** @returns every document of the project, sorted by path */
export function readPages(): Page[] {
  const patterns = ['*.md', 'docs/**/*.md', 'crds/*.md', 'examples/**/*.md'];
  return globSync(patterns, { cwd: ROOT }).sort().map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks = [...text.matchAll(FENCE)].map(([, language = '', body = '']) => ({
    language,
    text: body,
  }));
  return { path, prose: text.replace(FENCE, ''), blocks };
}

/** @returns the targets of inline links, as written */
export function linksOf(page: Page): string[] {
  return [...page.prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** @returns inline code, without the backticks */
export function codeOf(page: Page): string[] {
  return [...page.prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** @returns the anchors that GitHub gives the headings */
export function anchorsOf(page: Page): Set<string> {
  const headings = [...page.prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(headings.map(anchorOf));
}

/** @returns the cells of every table row below a header row, without the line of dashes */
export function rowsOf(page: Page): string[][] {
  const lines = page.prose.split('\n').filter((line) => line.startsWith('|'));
  return lines
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim()));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
