import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseMessage } from '../../lib/runtime/parse-message.ts';

const parse = parseMessage(z.object({ v: z.literal(1), name: z.string() }));

describe('parseMessage', () => {
  it('gives the message', () => {
    expect(parse('{"v":1,"name":"a"}')).toEqual({ ok: true, message: { v: 1, name: 'a' } });
  });

  it('says what is not JSON', () => {
    expect(parse('{"v":')).toEqual({ ok: false, problem: 'not JSON' });
  });

  it('says which fields are wrong', () => {
    expect(parse('{"v":2}')).toMatchObject({ ok: false, problem: /^v: .+; name: .+$/ });
  });
});
