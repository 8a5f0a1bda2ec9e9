import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/adapters/kube/connection.ts';
import { watchEvents } from '../../../lib/adapters/kube/watch.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import type { ApiError, WatchEvent, WatchOptions } from '../../../lib/ports.ts';

interface Stream {
  readonly status?: number;
  readonly retryAfter?: string;
  readonly lines: readonly (string | Error)[];
}

async function watch(stream: Stream | Error, options: Partial<WatchOptions> = {}) {
  const opened: { path: string; accept: string | undefined }[] = [];
  const connection: Connection = {
    request: () => Promise.reject(new Error('no requests here')),
    async stream(path, _, accept) {
      opened.push({ path, accept });
      if (stream instanceof Error) throw stream;
      const { lines, ...head } = stream;
      return { status: 200, ...head, lines: linesOf(lines) };
    },
    close: () => undefined,
  };
  const signal = new AbortController().signal;
  const all = { resourceVersion: '7', timeoutSeconds: 60, signal, ...options };
  const watching = watchEvents(connection, CONFIG_MAPS, all);
  const events: WatchEvent[] = [];
  let end: ApiError | undefined;
  for (let step = await watching.next(); ; step = await watching.next()) {
    if (step.done) {
      end = step.value;
      break;
    }
    events.push(step.value);
  }
  return { opened, events, end };
}

async function* linesOf(lines: readonly (string | Error)[]): AsyncGenerator<string> {
  for (const line of lines) {
    if (line instanceof Error) throw line;
    yield line;
  }
}

const eventLine = (type: string, object: object) => JSON.stringify({ type, object });

describe('watchEvents', () => {
  it('asks for bookmarks and for events since a version', async () => {
    const options = { namespace: 'shop', labelSelector: 'kubefed.io/managed=true' };
    const { opened } = await watch({ lines: [] }, options);
    const url = new URL(opened[0]?.path ?? '', 'https://x');

    expect(url.pathname).toBe('/api/v1/namespaces/shop/configmaps');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '7',
      timeoutSeconds: '60',
      labelSelector: 'kubefed.io/managed=true',
    });
    expect(opened[0]?.accept).toBeUndefined();
  });

  it('asks for metadata alone in words that API servers know', async () => {
    const { opened } = await watch({ lines: [] }, { metadataOnly: true });

    expect(opened[0]?.accept).toBe('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  });

  it('yields events until the stream ends', async () => {
    const types = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];
    const { events, end } = await watch({ lines: types.map((type, n) => eventLine(type, { n })) });

    expect(events).toEqual(types.map((type, n) => ({ type, object: { n } })));
    expect(end).toBeUndefined();
  });

  it('passes over events of types that it does not know', async () => {
    const { events } = await watch({ lines: [eventLine('NEW', {}), '{"type":"ADDED"}'] });

    expect(events).toEqual([]);
  });

  it('ends with the Status of an ERROR event', async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
    const lines = [eventLine('ADDED', {}), eventLine('ERROR', status), eventLine('ADDED', {})];
    const { events, end } = await watch({ lines });

    expect(events).toHaveLength(1);
    expect(end).toEqual({ kind: 'Gone', status: 410, message: 'too old' });
  });

  it('ends with the refusal of the request, however many lines it has', async () => {
    const lines = ['{', '"message":"slow down"', '}'];
    const { end } = await watch({ status: 429, retryAfter: '2', lines });

    expect(end).toEqual({
      ...{ kind: 'Throttled', status: 429, message: 'slow down', retryAfterSeconds: 2 },
    });
  });

  it.each([
    ['no stream is opened', new Error('refused')],
    ['the stream breaks', { lines: [eventLine('ADDED', {}), new Error('refused')] }],
  ])('ends as unreachable when %s', async (_, stream) => {
    expect((await watch(stream)).end).toEqual({ kind: 'Unreachable', message: 'refused' });
  });

  it('ends without an error when its signal has fired', async () => {
    const { end } = await watch(new Error('aborted'), { signal: AbortSignal.abort() });

    expect(end).toBeUndefined();
  });
});
