/** Whether an object with these labels is selected. */
export type LabelMatcher = (labels: Readonly<Record<string, string>>) => boolean;

const KEY = String.raw`[\w./-]+`;
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALITY = new RegExp(String.raw`^(${KEY})\s*(==|=|!=)\s*([\w.-]*)$`);
const SET = new RegExp(String.raw`^(${KEY})\s+(in|notin)\s*\(([^()]*)\)$`);
const COMMA_OUTSIDE_PARENTHESES = /,(?![^(]*\))/;

/**
 * Reads a label selector as it stands in a query: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined
 * by commas. `!=` and `notin` also select objects without the label.
 *
 * @returns undefined when it is malformed; all is selected when it is empty
 * Source: Kubernetes, "Labels and Selectors", API
 */
export function parseLabelSelector(text: string): LabelMatcher | undefined {
  if (text.trim() === '') return () => true;
  const matchers = text.split(COMMA_OUTSIDE_PARENTHESES).map((part) => parseOne(part.trim()));
  const known = matchers.filter((matcher) => matcher !== undefined);
  if (known.length < matchers.length) return undefined;
  return (labels) => known.every((matches) => matches(labels));
}

function parseOne(requirement: string): LabelMatcher | undefined {
  const [, absent, checked = ''] = EXISTS.exec(requirement) ?? [];
  if (absent !== undefined) return (labels) => Object.hasOwn(labels, checked) === (absent === '');

  const [, key, operator, value = ''] = EQUALITY.exec(requirement) ?? [];
  if (key !== undefined) return (labels) => (labels[key] === value) === (operator !== '!=');

  const [, setKey, setOperator, list = ''] = SET.exec(requirement) ?? [];
  if (setKey === undefined) return undefined;
  const values = new Set(list.split(',').map((item) => item.trim()));
  return (labels) => {
    const label = labels[setKey];
    return (label !== undefined && values.has(label)) === (setOperator === 'in');
  };
}
