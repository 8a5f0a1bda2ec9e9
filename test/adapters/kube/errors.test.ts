import { describe, expect, it } from 'vitest';
import {
  errorOfConnection,
  errorOfResponse,
  errorOfStatus,
  RequestTimeout,
} from '../../../lib/adapters/kube/errors.ts';

const statusOf = (code: number, reason: string, message: string) =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });

describe('errorOfResponse', () => {
  it.each([
    [400, 'BadRequest', 'Invalid'],
    [401, 'Unauthorized', 'Unauthorized'],
    [403, 'Forbidden', 'Forbidden'],
    [404, 'NotFound', 'NotFound'],
    [405, 'MethodNotAllowed', 'Invalid'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [410, 'Expired', 'Gone'],
    [413, 'RequestEntityTooLarge', 'Invalid'],
    [415, 'UnsupportedMediaType', 'Invalid'],
    [422, 'Invalid', 'Invalid'],
    [429, 'TooManyRequests', 'Throttled'],
    [500, 'InternalError', 'ServerError'],
    [503, 'ServiceUnavailable', 'ServerError'],
    [504, 'Timeout', 'TimedOut'],
    [302, '', 'ServerError'],
  ])('takes %i %s for %s, in the server’s words', (status, reason, kind) => {
    expect(errorOfResponse(status, statusOf(status, reason, 'said so'))).toEqual({
      ...{ kind, status, message: 'said so' },
    });
  });

  it.each([
    ['5', { retryAfterSeconds: 5 }],
    ['0', { retryAfterSeconds: 0 }],
    ['Wed, 21 Oct 2026 07:28:00 GMT', {}],
    ['', {}],
    [undefined, {}],
  ])('reads Retry-After %j', (retryAfter, expected) => {
    expect(errorOfResponse(429, statusOf(429, '', 'later'), retryAfter)).toEqual({
      ...{ kind: 'Throttled', status: 429, message: 'later' },
      ...expected,
    });
  });

  it('lists what a refused update has against single fields', () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'no', field: 'spec.selector' }, {}];
    const body = JSON.stringify({ kind: 'Status', message: 'no', details: { causes } });

    expect(errorOfResponse(422, body).causes).toEqual([
      { field: 'spec.selector', message: 'no' },
      { field: '', message: '' },
    ]);
    expect(errorOfResponse(409, body)).not.toHaveProperty('causes');
  });

  it.each([
    [
      'a page of a load balancer',
      ' <html>502 Bad Gateway</html>\n',
      '<html>502 Bad Gateway</html>',
    ],
    ['no body', '', 'HTTP 502'],
    ['JSON that is no Status', '{"error":"x"}', 'HTTP 502'],
    ['JSON that is no object', '"oops"', '"oops"'],
    ['a very long page', 'x'.repeat(5000), 'x'.repeat(200)],
  ])('makes do with %s', (_, body, message) => {
    expect(errorOfResponse(502, body)).toEqual({ kind: 'ServerError', status: 502, message });
  });
});

describe('errorOfStatus', () => {
  it('reads the Status of a watch event', () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };

    expect(errorOfStatus(status)).toEqual({ kind: 'Gone', status: 410, message: 'too old' });
  });

  it.each([[undefined], [null], ['text'], [{}], [{ code: '410' }]])(
    'makes do with %j',
    (status) => {
      expect(errorOfStatus(status)).toMatchObject({ kind: 'ServerError', status: 500 });
    },
  );
});

describe('errorOfConnection', () => {
  it('tells a timeout from a connection that failed', () => {
    expect(errorOfConnection(new RequestTimeout('no answer within 5 ms'))).toEqual({
      ...{ kind: 'TimedOut', message: 'no answer within 5 ms' },
    });
    expect(errorOfConnection('odd')).toEqual({ kind: 'Unreachable', message: 'odd' });
  });

  it('tells the code, once', () => {
    const error = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const named = Object.assign(new Error('connect ECONNREFUSED ::1'), { code: 'ECONNREFUSED' });

    expect(errorOfConnection(error).message).toBe('ENOTFOUND: getaddrinfo');
    expect(errorOfConnection(named).message).toBe('connect ECONNREFUSED ::1');
  });

  it('tells what befell the connection rather than the stream', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED ::1'), { code: 'ECONNREFUSED' });
    const error = new Error('The pending stream has been canceled', { cause });

    expect(errorOfConnection(error).message).toBe('connect ECONNREFUSED ::1');
  });
});
