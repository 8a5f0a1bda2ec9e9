import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readSettings } from '../../infra/settings.ts';
import { STAGE_ENVS } from '../../lib/model/env.ts';
import { pluralOf } from '../../lib/model/type-config.ts';
import {
  anchorsOf,
  codeOf,
  linksOf,
  type Page,
  ROOT,
  readPage,
  readPages,
  rowsOf,
} from './markdown.ts';

const PAGES = readPages();
const ADRS = PAGES.filter((page) => page.path.startsWith('docs/adr/'));
const TEXT_OF = (page: Page) => [page.prose, ...page.blocks.map((block) => block.text)].join('\n');

describe('links', () => {
  it('are found at all', () => {
    expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(20);
  });

  it.each(PAGES)('of $path lead to a file, and to a heading in it', (page) => {
    const dead = linksOf(page)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !leadsSomewhere(page, target));

    expect(dead).toEqual([]);
  });
});

function leadsSomewhere(page: Page, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === undefined || anchorsOf(readPage(path)).has(anchor);
}

describe('paths in the text', () => {
  const TOP = '(functions|infra|lib|test|crds|docs|examples|scripts|\\.githooks|\\.ci)';
  const PATH = new RegExp(
    `^${TOP}(/[\\w.@-]+)+$|^[\\w.@-]+(/[\\w.@-]+)+\\.(ts|md|yaml|json|sh|mod)$`,
  );

  it('are found at all', () => {
    expect(PAGES.flatMap(codeOf).filter((code) => PATH.test(code)).length).toBeGreaterThan(50);
  });

  it.each(PAGES)('of $path exist', (page) => {
    const missing = codeOf(page)
      .filter((code) => PATH.test(code))
      .filter((path) => !existsSync(join(ROOT, path)));

    expect(missing).toEqual([]);
  });
});

describe('npm scripts', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const NAMED = /\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g;

  it.each(PAGES)('that $path names are in package.json', (page) => {
    const named = [...TEXT_OF(page).matchAll(NAMED)].map(([, run, short]) => run ?? short ?? '');

    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('flags of the command line', () => {
  const SOURCES = ['lib/cli/join.ts', 'lib/cli/unjoin.ts', 'lib/cli/flags.ts']
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');

  it('that README.md gives to join and unjoin exist', () => {
    const { blocks } = readPage('README.md');
    const commands = blocks
      .map((block) => block.text.replaceAll('\\\n', ' '))
      .flatMap((text) => text.split('\n'))
      .filter((line) => /^kubefed-eks (join|unjoin)\b/.test(line));
    const flags = commands.flatMap((line) => line.match(/--[\w-]+/g) ?? []);

    expect(flags.length).toBeGreaterThan(0);
    expect(flags.filter((flag) => !SOURCES.includes(`'${flag} <`))).toEqual([]);
  });
});

describe('README.md', () => {
  it('stays short', () => {
    const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');

    expect(lines.length).toBeLessThanOrEqual(300);
  });
});

describe('examples in the text', () => {
  const blocksIn = (language: string) =>
    PAGES.flatMap(({ path, blocks }) =>
      blocks.filter((block) => block.language === language).map(({ text }) => ({ path, text })),
    );

  it.each(blocksIn('json'))('settings of $path are accepted', ({ text }) => {
    const example: Record<string, unknown> = JSON.parse(text);

    expect(Object.keys(example)).toEqual(['kubefed-eks']);
    expect(readSettings(example['kubefed-eks'])).toMatchObject({ ok: true });
  });

  it.each(blocksIn('yaml'))('objects of $path have an API that is there', ({ text }) => {
    for (const { apiVersion, kind } of parseAllDocuments(text).map((one) => one.toJS())) {
      if (apiVersion === 'v1') continue;
      const [group] = apiVersion.split('/');
      const file = `crds/${group.split('.')[0]}/${pluralOf(kind)}.${group}.yaml`;
      expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
  });
});

describe('docs/adr', () => {
  it('is numbered without gaps', () => {
    const numbers = ADRS.map(({ path }) => path.slice('docs/adr/'.length).slice(0, 4));

    expect(numbers).toEqual(ADRS.map((_, i) => String(i + 1).padStart(4, '0')));
  });

  it.each(ADRS)('$path has its number in the title, three headings, and fits on a page', (adr) => {
    const headings = [...adr.prose.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    const number = adr.path.slice('docs/adr/'.length).slice(0, 4);

    expect(adr.prose).toMatch(new RegExp(`^# ${number} \\S`));
    expect(headings).toEqual(['Context', 'Decision', 'Consequences']);
    expect(adr.prose.split('\n').length).toBeLessThanOrEqual(60);
  });
});

describe('docs/configuration.md', () => {
  const page = readPage('docs/configuration.md');

  it('names every variable of every function, and which functions have it', () => {
    const rows = rowsOf(page);
    for (const [stage, schema] of Object.entries(STAGE_ENVS)) {
      for (const name of Object.keys(schema.shape)) {
        const row = rows.find(([names = '']) => names.includes(`\`${name}\``));
        expect(row?.[1], name).toMatch(new RegExp(`\\b(all|${stage})\\b`));
      }
    }
  });

  it('names no setting that there is not', () => {
    const [, settings = ''] = page.prose.split(/^## /m);
    const keys = [...settings.matchAll(/^\| (`[^|]+) \|/gm)]
      .flatMap(([, cell = '']) => cell.split(', '))
      .map((key) => key.replaceAll('`', ''));

    expect(keys.length).toBeGreaterThan(15);
    expect(keys.filter((key) => !isSetting(key))).toEqual([]);
  });
});

/** A wrong value is named as such; a wrong key as one that there is not. */
function isSetting(key: string): boolean {
  const [first = '', ...rest] = key.split('.');
  const nested = rest.reduceRight<unknown>((value, name) => ({ [name]: value }), null);
  const value = first.endsWith('[]') && rest.length > 0 ? [nested] : nested;
  const host = { clusterName: 'a', region: 'us-east-1' };
  const read = readSettings({ host, [first.replace('[]', '')]: value });
  const problems = read.ok ? [] : read.problems;
  return problems.length > 0 && !problems.some((problem) => problem.includes('no such setting'));
}
