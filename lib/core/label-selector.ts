import type { JsonObject } from '../model/json.ts';
import { listAt, objectAt, valueAt } from '../model/json.ts';

export type Labels = Readonly<Record<string, string>>;

export type LabelSelector =
  | { readonly ok: true; readonly matches: (labels: Labels) => boolean }
  | { readonly ok: false; readonly message: string };

interface Operator {
  readonly takesValues: boolean;
  readonly matches: (value: string | undefined, values: readonly string[]) => boolean;
}

const OPERATORS: ReadonlyMap<unknown, Operator> = new Map([
  ['In', { takesValues: true, matches: (v, values) => v !== undefined && values.includes(v) }],
  ['NotIn', { takesValues: true, matches: (v, values) => v === undefined || !values.includes(v) }],
  ['Exists', { takesValues: false, matches: (v) => v !== undefined }],
  ['DoesNotExist', { takesValues: false, matches: (v) => v === undefined }],
]);

/**
 * Reads a selector (`matchLabels`, `matchExpressions`) once, to be asked for many label maps. All
 * its terms must hold; without any it matches everything.
 *
 * @returns a message for an unknown operator, and for values that are missing, not strings, or
 * given to an operator that takes none
 * Source: Kubernetes LabelSelector; error text of the operator as in KubeFed v0.10.0
 */
export function readLabelSelector(selector: JsonObject): LabelSelector {
  const terms: LabelSelector[] = [
    ...Object.entries(objectAt(selector, 'matchLabels') ?? {}).map(([key, value]) =>
      readTerm(key, 'In', [value]),
    ),
    ...listAt(selector, 'matchExpressions').map((term) =>
      readTerm(valueAt(term, 'key'), valueAt(term, 'operator'), listAt(term, 'values')),
    ),
  ];
  const predicates: ((labels: Labels) => boolean)[] = [];
  for (const term of terms) {
    if (!term.ok) return term;
    predicates.push(term.matches);
  }
  return { ok: true, matches: (labels) => predicates.every((matches) => matches(labels)) };
}

function readTerm(key: unknown, operatorName: unknown, values: readonly unknown[]): LabelSelector {
  const operator = OPERATORS.get(operatorName);
  if (operator === undefined) {
    return { ok: false, message: `"${operatorName}" is not a valid pod selector operator` };
  }
  if (typeof key !== 'string' || !values.every((value) => typeof value === 'string')) {
    return { ok: false, message: `key and values must be strings (key "${key}")` };
  }
  if (operator.takesValues !== values.length > 0) {
    const rule = operator.takesValues ? 'needs at least one value' : 'takes no values';
    return { ok: false, message: `operator ${operatorName} ${rule} (key "${key}")` };
  }
  return {
    ok: true,
    matches: (labels) =>
      operator.matches(Object.hasOwn(labels, key) ? labels[key] : undefined, values),
  };
}
