/** Steps from the top of an object down to a field; numbers are places in lists. */
export type FieldPath = readonly (string | number)[];

/** @returns e.g. `spec.overrides[0].clusterName`; keys that are no plain words stand in brackets and quotes */
export function fieldPathText(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w$-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `["${step}"]`;
  }
  return text;
}

/** Reads what `fieldPathText` and API servers write. */
export function parseFieldPath(text: string): FieldPath {
  return [...text.matchAll(/\["?([^\]"]*)"?\]|([^.[\]]+)/g)].map(([, inner, key]) => {
    if (inner === undefined) return key ?? '';
    return /^\d+$/.test(inner) ? Number(inner) : inner;
  });
}
