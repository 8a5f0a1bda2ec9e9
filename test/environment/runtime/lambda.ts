import type { Route } from './api-server.ts';

/**
 * Lambda Invoke of type Event: accepted at once, run when an environment is free.
 *
 * @param start runs the function of that name; false when there is none
 * Source: AWS Lambda API reference, Invoke
 */
export function lambdaRoute(start: (functionName: string, event: unknown) => boolean): Route {
  return ({ method, path, body }) => {
    const [version, kind, name, action] = path;
    const isInvoke = version === '2015-03-31' && kind === 'functions' && action === 'invocations';
    if (method !== 'POST' || !isInvoke || name === undefined) return undefined;
    if (start(name, body === '' ? {} : JSON.parse(body))) return { status: 202, body: '' };
    const headers = { 'x-amzn-errortype': 'ResourceNotFoundException' };
    return { status: 404, headers, body: { message: `Function not found: ${name}` } };
  };
}
