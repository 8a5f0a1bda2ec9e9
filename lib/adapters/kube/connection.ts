import * as http2 from 'node:http2';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions as ConnectionOptionsOfTls, TLSSocket } from 'node:tls';
import { answerBody, answerHeaders, answerLines } from './answer.ts';
import { RequestTimeout } from './errors.ts';
import { refusalWithoutDates } from './expired-certificate.ts';
import { openTunnel, tlsThrough } from './tunnel.ts';

export interface ConnectionOptions {
  /** `https://host[:port]`; the host in any case, as EKS writes it */
  readonly url: string;
  /** PEM; absent means the system's roots */
  readonly ca?: string;
  /** value of the Authorization header, asked for each request (it may expire); empty means none is sent */
  readonly authorization: () => Promise<string> | string;
  /** PEM; for a kubeconfig user that is known by a certificate */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** KubeFedCluster `spec.disabledTLSValidations`: `*`, `SubjectName`, `ValidityPeriod` */
  readonly disabledTlsValidations?: readonly string[];
  /** `http:`, `https:` or `socks5:` */
  readonly proxyUrl?: string;
  readonly connectTimeoutMs?: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string;
  /** the server's clock, in whole seconds */
  readonly date?: string;
}

export interface Connection {
  /** @throws when no answer came: RequestTimeout, or the error of the socket */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Opens a long answer; `lines` ends with the stream and throws when it breaks. */
  stream(
    path: string,
    signal: AbortSignal,
    accept?: string,
  ): Promise<{ status: number; retryAfter?: string; lines: AsyncGenerator<string> }>;
  close(): void;
}

/** A session that was idle longer may have died unseen, above all while a Lambda was frozen. */
const PING_AFTER_IDLE_MS = 20_000;
const PING_DEADLINE_MS = 3_000;
const STREAM_KEEPALIVE_MS = 10_000;
/** 65 kB, the default, makes a large list wait for many acknowledgements. */
const WINDOW_BYTES = 4 << 20;

/**
 * One HTTP/2 session to one API server, opened when first used and again whenever it is lost. All requests and watches
 * of the cluster share it: one TLS handshake and one token check however many run at once.
 */
export function openConnection(options: ConnectionOptions): Connection {
  let session: http2.ClientHttp2Session | undefined;
  let lastUsedMs = 0;
  /** the session over which a request got no answer in time: it may be dead, whatever the traffic before */
  let suspect: http2.ClientHttp2Session | undefined;

  async function usableSession(): Promise<{ session: http2.ClientHttp2Session; reused: boolean }> {
    const current = session;
    if (current && !current.closed && !current.destroyed) {
      if (await isAlive(current)) return { session: current, reused: true };
      current.destroy();
    }
    if (session === current) session = connect(options);
    lastUsedMs = Date.now();
    return { session: session ?? connect(options), reused: false };
  }

  async function isAlive(current: http2.ClientHttp2Session): Promise<boolean> {
    const doubtful = suspect === current || Date.now() - lastUsedMs > PING_AFTER_IDLE_MS;
    lastUsedMs = Date.now();
    if (doubtful && !(await answersPing(current))) return false;
    if (suspect === current) suspect = undefined;
    return true;
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const authorization = await options.authorization();
    const used = await usableSession();
    try {
      return await roundTrip(used.session, request, authorization);
    } catch (error) {
      // A session can die between its last use and this one. Every write we make may be sent twice: creates end as
      // AlreadyExists, updates carry a resourceVersion, patches and deletes repeat.
      if (error instanceof RequestTimeout) suspect = used.session;
      if (!used.reused || error instanceof RequestTimeout) throw error;
      if (session === used.session) session = undefined;
      return await roundTrip((await usableSession()).session, request, authorization);
    }
  }

  async function stream(path: string, signal: AbortSignal, accept?: string) {
    const authorization = await options.authorization();
    const { session: over } = await usableSession();
    signal.throwIfAborted();
    const opened = over.request(
      headersOf(
        { method: 'GET', path, ...(accept === undefined ? {} : { accept }) },
        authorization,
      ),
    );
    const abort = () => cancel(opened);
    signal.addEventListener('abort', abort, { once: true });
    const keepAlive = setInterval(() => {
      void answersPing(over).then((alive) => {
        if (!alive) over.destroy(new Error('keep-alive timed out'));
      });
    }, STREAM_KEEPALIVE_MS);
    opened.once('close', () => {
      clearInterval(keepAlive);
      signal.removeEventListener('abort', abort);
    });
    const lines = answerLines(opened);
    return { ...(await answerHeaders(opened)), lines };
  }

  return { request: send, stream, close: () => session?.close() };
}

function connect(options: ConnectionOptions): http2.ClientHttp2Session {
  const disabled = new Set(options.disabledTlsValidations);
  const acceptsExpired = disabled.has('ValidityPeriod') && !disabled.has('*');
  const tlsOptions = {
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.clientCertificate ?? {}),
    ...(disabled.has('*') || acceptsExpired ? { rejectUnauthorized: false } : {}),
    ...(disabled.has('SubjectName') ? { checkServerIdentity: () => undefined } : {}),
  };
  const { proxyUrl } = options;
  const session = http2.connect(options.url, {
    ...tlsOptions,
    ...(proxyUrl === undefined
      ? {}
      : { createConnection: (url: URL) => streamThrough(proxyUrl, url, tlsOptions) }),
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
  });
  session.once('connect', (_, socket) => {
    session.setLocalWindowSize(WINDOW_BYTES);
    if (!acceptsExpired) return;
    const host = disabled.has('SubjectName') ? undefined : new URL(options.url).hostname;
    const refusal = refusalWithoutDates(socket as TLSSocket, options.ca, host);
    if (refusal !== undefined) session.destroy(new Error(`certificate refused: ${refusal}`));
  });
  const timeoutMs = options.connectTimeoutMs ?? 5_000;
  const timer = setTimeout(
    () => session.destroy(new Error(`no connection to ${options.url} within ${timeoutMs} ms`)),
    timeoutMs,
  );
  session.once('connect', () => clearTimeout(timer));
  session.once('close', () => clearTimeout(timer));
  // Each request reports the failure itself; without a listener it would end the process.
  session.on('error', () => undefined);
  return session;
}

function streamThrough(proxyUrl: string, url: URL, tlsOptions: ConnectionOptionsOfTls): Duplex {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPlain = url.protocol === 'http:';
  const tunnel = openTunnel(proxyUrl, { host, port: Number(url.port || (isPlain ? 80 : 443)) });
  return isPlain ? tunnel : tlsThrough(tunnel, host, tlsOptions);
}

function answersPing(session: http2.ClientHttp2Session): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_DEADLINE_MS);
    const answer = (alive: boolean) => {
      clearTimeout(timer);
      resolve(alive);
    };
    try {
      session.ping((error) => answer(error === null));
    } catch {
      answer(false);
    }
  });
}

function headersOf(
  request: Pick<HttpRequest, 'method' | 'path' | 'contentType' | 'accept'>,
  authorization: string,
): http2.OutgoingHttpHeaders {
  return {
    ':method': request.method,
    ':path': request.path,
    accept: request.accept ?? 'application/json',
    ...(authorization === '' ? {} : { authorization }),
    'user-agent': 'kubefed-eks',
    ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
  };
}

async function roundTrip(
  session: http2.ClientHttp2Session,
  request: HttpRequest,
  authorization: string,
): Promise<HttpResponse> {
  // Left to itself, Node ends the stream of a DELETE before its body can be sent.
  const endStream = request.body === undefined;
  const stream = session.request(headersOf(request, authorization), { endStream });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    cancel(stream);
  }, request.timeoutMs);
  try {
    const answer = Promise.all([answerHeaders(stream), answerBody(stream)]);
    if (!endStream) stream.end(request.body);
    const [headers, body] = await answer;
    return { ...headers, body };
  } catch (error) {
    if (!timedOut) throw error;
    const { method, path, timeoutMs } = request;
    throw new RequestTimeout(`${method} ${path}: ${missing(session)} within ${timeoutMs} ms`);
  } finally {
    clearTimeout(timer);
  }
}

function missing(session: http2.ClientHttp2Session): string {
  if (!session.connecting) return 'no answer';
  return session.socket?.connecting ? 'no TCP connection' : 'TLS handshake not finished';
}

/** Before the session is connected there is nothing to cancel yet: `close` would wait for that. */
function cancel(stream: http2.ClientHttp2Stream): void {
  if (stream.pending) stream.destroy();
  else stream.close(http2.constants.NGHTTP2_CANCEL);
}
