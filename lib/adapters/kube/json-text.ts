import type { JsonObject } from '../../model/json.ts';

const POSSIBLY_UNSAFE_INTEGER = /[\d]{16,}/;

/**
 * Parses a body without losing digits: integers that a double cannot hold stay as raw JSON text, so that they are
 * written back exactly as they were read.
 *
 * @throws {SyntaxError} the text is not JSON
 */
export function parseJson(text: string): JsonObject {
  if (!POSSIBLY_UNSAFE_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepUnsafeInteger) as JsonObject;
}

function keepUnsafeInteger(
  this: unknown,
  _key: string,
  value: unknown,
  context: { source: string },
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context.source) ? JSON.rawJSON(context.source) : value;
}
