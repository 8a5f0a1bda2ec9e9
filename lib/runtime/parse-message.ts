import * as z from 'zod/mini';

/** @returns the message in a queue's body, or in one sentence what is wrong with it */
export function parseMessage<T>(schema: z.core.$ZodType<T>) {
  return (body: string): { ok: true; message: T } | { ok: false; problem: string } => {
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return { ok: false, problem: 'not JSON' };
    }
    const parsed = z.safeParse(schema, json);
    if (parsed.success) return { ok: true, message: parsed.data };
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { ok: false, problem: issues.join('; ') };
  };
}
