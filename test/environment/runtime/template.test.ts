import { describe, expect, it } from 'vitest';
import { templateResolver } from './template.ts';

const resolver = templateResolver(
  {
    Parameters: { Stage: { Default: 'dev' }, Size: { Default: 1 }, Bare: {} },
    Mappings: { Zones: { 'eu-west-1': { count: 3 } } },
    Conditions: {
      IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
      IsBig: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Size' }, '1'] }] },
      Either: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsBig' }] },
      Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsBig' }] },
    },
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } },
    Outputs: {},
  },
  {
    pseudo: { 'AWS::Region': 'eu-west-1' },
    parameters: { Size: '2' },
    ref: (id) => `ref-${id}`,
    attribute: (id, name) => `${name}-of-${id}`,
  },
);

describe('templateResolver', () => {
  it.each([
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Ref to a parameter with a default', { Ref: 'Stage' }, 'dev'],
    ['Ref to a parameter that is given', { Ref: 'Size' }, '2'],
    ['Ref to a resource', { Ref: 'Queue' }, 'ref-Queue'],
    ['GetAtt with a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Arn-of-Queue'],
    ['GetAtt with a dotted name', { 'Fn::GetAtt': 'Queue.A.B' }, 'A.B-of-Queue'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 3]] }, 'a-dev-3'],
    ['Sub', { 'Fn::Sub': `\${Queue}|\${Queue.Arn}|\${!Kept}` }, `ref-Queue|Arn-of-Queue|\${Kept}`],
    ['Sub with values', { 'Fn::Sub': [`\${x}`, { x: { Ref: 'Stage' } }] }, 'dev'],
    ['Select of Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b'] }] }, 'b'],
    ['FindInMap', { 'Fn::FindInMap': ['Zones', { Ref: 'AWS::Region' }, 'count'] }, 3],
    ['If', { 'Fn::If': ['IsDev', 'yes', 'no'] }, 'yes'],
    ['If with Not', { 'Fn::If': ['IsBig', 'big', 'small'] }, 'big'],
    ['objects and lists', { a: [{ Ref: 'Stage' }], b: { c: 1 } }, { a: ['dev'], b: { c: 1 } }],
    ['NoValue', { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
  ])('resolves %s', (_name, value, expected) => {
    expect(resolver.resolve(value)).toEqual(expected);
  });

  it('combines conditions', () => {
    expect(['Either', 'Both'].map(resolver.condition)).toEqual([true, true]);
  });

  it.each([
    ['a resource that is not there', { Ref: 'Missing' }, 'Missing, which the template lacks'],
    ['a parameter without a value', { Ref: 'Bare' }, 'parameter Bare has no default'],
    ['an unknown pseudo parameter', { Ref: 'AWS::Moon' }, 'AWS::Moon'],
    ['a function that is not modelled', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue is not'],
    ['an item that is not there', { 'Fn::Select': [2, ['a']] }, 'nothing at index 2'],
    ['an unknown condition', { 'Fn::If': ['Never', 1, 2] }, 'condition Never'],
  ])('refuses %s', (_name, value, message) => {
    expect(() => resolver.resolve(value)).toThrow(message);
  });
});
