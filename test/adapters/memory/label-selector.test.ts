import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from '../../../lib/adapters/memory/label-selector.ts';

const LABELS = { app: 'web', 'kubefed.io/managed': 'true', empty: '' };

describe('parseLabelSelector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app=api', false],
    ['app!=web', false],
    ['app!=api', true],
    ['tier!=web', true],
    ['kubefed.io/managed=true', true],
    ['empty=', true],
    ['app=', false],
    ['app', true],
    ['tier', false],
    ['!app', false],
    ['! tier', true],
    ['app in (api, web)', true],
    ['app in (api)', false],
    ['tier in (web)', false],
    ['app notin (api)', true],
    ['app notin (web,api)', false],
    ['tier notin (web)', true],
    ['app=web,kubefed.io/managed', true],
    ['app=web,tier', false],
    ['app in (web,api),empty notin (x,y)', true],
  ])('%j selects: %s', (selector, isSelected) => {
    expect(parseLabelSelector(selector)?.(LABELS)).toBe(isSelected);
  });

  it.each(['a in', 'a in (', 'a in b', '=b', 'a=b,', 'a b', 'a=b=c', '!a=b', 'a => b'])(
    'takes %j for malformed',
    (selector) => {
      expect(parseLabelSelector(selector)).toBeUndefined();
    },
  );

  it('is not misled by names that every object has', () => {
    expect(parseLabelSelector('constructor')?.({})).toBe(false);
    expect(parseLabelSelector('constructor!=x')?.({})).toBe(true);
  });
});
