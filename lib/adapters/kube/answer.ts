import { type ClientHttp2Stream, constants } from 'node:http2';

/**
 * Readers of one HTTP/2 answer. All of them listen from the moment they are called: Node ends and closes the stream of
 * a short answer before anybody who waits for its headers first gets to its body.
 */

export interface AnswerHeaders {
  readonly status: number;
  /** in seconds, as text; what is neither a number nor a date is left as it came */
  readonly retryAfter?: string;
  /** the server's clock, in whole seconds. Source: RFC 9110, Date */
  readonly date?: string;
}

const BROKEN = 'the connection broke in the middle of an answer';

/** @throws the stream's error, or when it closes without an answer */
export function answerHeaders(stream: ClientHttp2Stream): Promise<AnswerHeaders> {
  return new Promise((resolve, reject) => {
    stream.once('response', (headers) => {
      const status = headers[':status'] ?? 0;
      const retryAfter = headers['retry-after'];
      const { date } = headers;
      resolve({
        status,
        ...(retryAfter === undefined ? {} : { retryAfter: inSeconds(retryAfter, date) }),
        ...(date === undefined ? {} : { date }),
      });
    });
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the server closed the connection')));
  });
}

/**
 * A proxy or load balancer in front of an API server may name a time instead. It is read by the clock of the one who
 * named it, as far as that is known. Source: RFC 9110, 10.2.3
 */
function inSeconds(retryAfter: string, serverDate: string | undefined): string {
  if (Number.isFinite(Number(retryAfter))) return retryAfter;
  const fromMs = serverDate === undefined ? Date.now() : Date.parse(serverDate);
  const seconds = Math.ceil((Date.parse(retryAfter) - fromMs) / 1000);
  return Number.isNaN(seconds) ? retryAfter : String(Math.max(seconds, 0));
}

/**
 * Without the iterator that lines need: there are eight short answers for each object that is propagated.
 *
 * @throws the stream's error, or when the answer is not complete
 */
export function answerBody(stream: ClientHttp2Stream): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    let ended = false;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      body += chunk;
    });
    stream.once('end', () => {
      ended = true;
    });
    stream.once('error', reject);
    stream.once('close', () => {
      if (ended && isWhole(stream)) resolve(body);
      else reject(new Error(BROKEN));
    });
  });
}

/** A stream that its connection took along ends like one that is complete, but for the code. */
function isWhole(stream: ClientHttp2Stream): boolean {
  return stream.rstCode === constants.NGHTTP2_NO_ERROR;
}

/** @throws like `answerBody`; complete lines before the break have been yielded by then */
export function answerLines(stream: ClientHttp2Stream): AsyncGenerator<string> {
  return linesOf(answerChunks(stream));
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

/** Keeps what arrives until it is asked for. */
function answerChunks(stream: ClientHttp2Stream): AsyncGenerator<string> {
  const arrived: string[] = [];
  let ended = false;
  let closed: { error?: Error } | undefined;
  let wake = () => {};

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    arrived.push(chunk);
    wake();
  });
  stream.once('end', () => {
    ended = true;
  });
  stream.once('error', (error) => {
    closed ??= { error };
    wake();
  });
  stream.once('close', () => {
    const complete = ended && isWhole(stream);
    closed ??= complete ? {} : { error: new Error(BROKEN) };
    wake();
  });

  async function* read(): AsyncGenerator<string> {
    while (arrived.length > 0 || closed === undefined) {
      yield* arrived.splice(0);
      if (arrived.length > 0 || closed !== undefined) continue;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    if (closed.error !== undefined) throw closed.error;
  }

  async function* readOrCancel(): AsyncGenerator<string> {
    try {
      yield* read();
    } finally {
      // A reader that leaves early wants no more of it.
      if (closed === undefined) stream.close(constants.NGHTTP2_CANCEL);
    }
  }

  return readOrCancel();
}
