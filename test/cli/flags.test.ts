import { describe, expect, it } from 'vitest';
import {
  collectLabel,
  collectList,
  parseBoolean,
  parseSeconds,
  spellOutBooleans,
} from '../../lib/cli/flags.ts';

describe('spellOutBooleans', () => {
  it.each([
    [
      ['join', '--dry-run', 'name'],
      ['join', '--dry-run=true', 'name'],
    ],
    [['--error-on-existing=false'], ['--error-on-existing=false']],
    [
      ['--force', '--', '--force'],
      ['--force=true', '--', '--force'],
    ],
    [
      ['--wait', '3'],
      ['--wait', '3'],
    ],
    [
      ['--host_cluster_context=my_host', '--delete_crd', 'my_name'],
      ['--host-cluster-context=my_host', '--delete-crd=true', 'my_name'],
    ],
    [
      ['-t', '-c', 'ns', '-n', 'shop'],
      ['--enable-type=true', '--contents=true', 'ns', '-n', 'shop'],
    ],
  ])('%j', (args, expected) => {
    expect(spellOutBooleans(args)).toEqual(expected);
  });
});

describe('parseBoolean', () => {
  it.each([
    ['true', true],
    ['T', true],
    ['1', true],
    ['false', false],
    ['F', false],
    ['0', false],
  ])('%s', (text, expected) => {
    expect(parseBoolean(text)).toBe(expected);
  });

  it('refuses anything else', () => {
    expect(() => parseBoolean('yes')).toThrow('Give true or false.');
  });
});

describe('parseSeconds', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    ['90s', 90],
  ])('%s', (text, expected) => {
    expect(parseSeconds(text)).toBe(expected);
  });

  it.each(['-1', '1.5', '2m', ''])('refuses %s', (text) => {
    expect(() => parseSeconds(text)).toThrow('Give a number of seconds.');
  });
});

describe('collectLabel', () => {
  it('adds to the labels before it, and the last one of a key counts', () => {
    const first = collectLabel('tier=gold');

    expect(collectLabel('tier=', collectLabel('example.com/x=Y_1', first))).toEqual({
      tier: '',
      'example.com/x': 'Y_1',
    });
  });

  it.each(['tier', '=x', 'a b=c', 'a=b c', 'UPPER.io/a=b', `a=${'x'.repeat(64)}`])(
    'refuses %s',
    (text) => {
      expect(() => collectLabel(text)).toThrow('Give KEY=VALUE');
    },
  );
});

describe('collectList', () => {
  it('parts values at commas and adds to those before', () => {
    expect(collectList('pods, secrets,', ['apps'])).toEqual(['apps', 'pods', 'secrets']);
  });
});
