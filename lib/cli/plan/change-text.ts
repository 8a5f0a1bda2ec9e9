import type { JsonValue } from '../../model/json.ts';
import type { FieldChange } from './field-changes.ts';

const VALUE_LENGTH = 60;

/** @returns e.g. `spec.replicas: 3 → 5`, `data.a: + "x"`, `data.b: - "y"` */
export function changeText({ path, before, after }: FieldChange): string {
  if (before === undefined) return `${path}: + ${valueText(after)}`;
  if (after === undefined) return `${path}: - ${valueText(before)}`;
  return `${path}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: JsonValue | undefined): string {
  const text = JSON.stringify(value) ?? '';
  return text.length <= VALUE_LENGTH ? text : `${text.slice(0, VALUE_LENGTH - 1)}…`;
}
