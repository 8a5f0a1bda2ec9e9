/** A place in a file that a person can go to; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something in the files that a person should know of. */
export interface Finding extends Partial<Place> {
  readonly severity: 'error' | 'warning';
  /** field that it is about, e.g. `spec.overrides[0].clusterOverrides[1].path`; absent for the object as a whole */
  readonly path?: string;
  /** the member that refused it; absent where it does not depend on the member */
  readonly cluster?: string;
  readonly message: string;
  /** what to do about it */
  readonly remedy: string;
}

/** @returns `file:line:column: path: message; remedy`, without what is not known */
export function findingText(finding: Finding): string {
  const { file, line, column, path, cluster, message, remedy } = finding;
  const where = file === undefined ? [] : [[file, line, column].filter(Boolean).join(':')];
  const parts = [...where, ...(path === undefined ? [] : [path]), ...(cluster ? [cluster] : [])];
  return `${[...parts, message].join(': ')}; ${remedy}`;
}
