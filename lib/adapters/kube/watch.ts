import { isJsonObject } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import type { ApiError, WatchEvent, WatchOptions } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { errorOfConnection, errorOfResponse, errorOfStatus } from './errors.ts';
import { parseJson } from './json-text.ts';
import { collectionPath } from './paths.ts';

const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** One watch request; see `Cluster.watch`. It does not reconnect: the caller knows from which version. */
export async function* watchEvents(
  connection: Connection,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, ApiError | undefined> {
  const path = `${collectionPath(resource, options.namespace)}?${watchQuery(options)}`;
  try {
    const accept = options.metadataOnly ? METADATA_ONLY : undefined;
    const { status, retryAfter, lines } = await connection.stream(path, options.signal, accept);
    if (status >= 300) {
      return errorOfResponse(status, (await Array.fromAsync(lines)).join('\n'), retryAfter);
    }
    for await (const line of lines) {
      const { type, object } = parseJson(line);
      if (type === 'ERROR') return errorOfStatus(object);
      if (isWatchType(type) && isJsonObject(object)) yield { type, object };
    }
    return undefined;
  } catch (cause) {
    return options.signal.aborted ? undefined : errorOfConnection(cause);
  }
}

function watchQuery(options: WatchOptions): URLSearchParams {
  const query = new URLSearchParams({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: options.resourceVersion,
    timeoutSeconds: String(options.timeoutSeconds),
  });
  if (options.labelSelector !== undefined) query.set('labelSelector', options.labelSelector);
  return query;
}

function isWatchType(type: unknown): type is WatchEvent['type'] {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
}
