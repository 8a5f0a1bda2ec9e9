import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { ObjectKey, Resource } from '../../model/resource.ts';
import type { ApiResult, Cluster, ListOptions } from '../../ports.ts';
import type { Connection, HttpRequest } from './connection.ts';
import { errorOfConnection, errorOfResponse } from './errors.ts';
import { parseJson } from './json-text.ts';
import { collectionPath, objectPath } from './paths.ts';
import { watchEvents } from './watch.ts';

const PAGE_SIZE = '1000';
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * The API of one cluster as plain JSON over one connection. Bodies pass through unparsed into closed types, so that
 * fields this program has never heard of survive.
 *
 * @param requestTimeoutMs how long one request may take; a list gets three times that
 */
export function kubeCluster(connection: Connection, requestTimeoutMs = 10_000): Cluster {
  async function text(request: Omit<HttpRequest, 'timeoutMs'>, timeoutMs = requestTimeoutMs) {
    try {
      const response = await connection.request({ ...request, timeoutMs });
      if (response.status < 300) return { ok: true, value: response.body } as const;
      const error = errorOfResponse(response.status, response.body, response.retryAfter);
      return { ok: false, error } as const;
    } catch (cause) {
      return { ok: false, error: errorOfConnection(cause) } as const;
    }
  }

  async function json(
    request: Omit<HttpRequest, 'timeoutMs'>,
    timeoutMs?: number,
  ): Promise<ApiResult> {
    const answer = await text(request, timeoutMs);
    if (!answer.ok) return answer;
    try {
      return { ok: true, value: parseJson(answer.value) };
    } catch {
      const message = `${request.method} ${request.path}: the answer is not JSON`;
      return { ok: false, error: { kind: 'ServerError', message } };
    }
  }

  async function list(resource: Resource, options: ListOptions = {}) {
    const items: JsonObject[] = [];
    let resourceVersion = '';
    let next: string | undefined;
    do {
      const path = `${collectionPath(resource, options.namespace)}?${listQuery(options, next)}`;
      const page = await json(
        { method: 'GET', path, ...(options.metadataOnly ? { accept: METADATA_ONLY } : {}) },
        3 * requestTimeoutMs,
      );
      if (!page.ok) return page;
      items.push(...listAt(page.value, 'items').filter(isJsonObject));
      resourceVersion = stringAt(page.value, 'metadata', 'resourceVersion') ?? '';
      next = stringAt(page.value, 'metadata', 'continue') || undefined;
    } while (next !== undefined);
    return { ok: true, value: { items, resourceVersion } } as const;
  }

  return {
    list,
    get(resource, key, notOlderThan) {
      const query =
        notOlderThan === undefined
          ? ''
          : `?${new URLSearchParams({ resourceVersion: notOlderThan })}`;
      return json({ method: 'GET', path: `${objectPath(resource, key)}${query}` });
    },
    create: (resource, object) =>
      json(
        body('POST', collectionPath(resource, stringAt(object, 'metadata', 'namespace')), object),
      ),
    replace: (resource, object) =>
      json(body('PUT', objectPath(resource, keyOf(resource, object)), object)),
    patch: (resource, key, patch, subresource) =>
      json({
        ...body('PATCH', objectPath(resource, key, subresource), patch),
        contentType: 'application/merge-patch+json',
      }),
    delete: (resource, key, options) =>
      json(body('DELETE', objectPath(resource, key), options ?? {})),
    watch: (resource, options) => watchEvents(connection, resource, options),
    raw: (path, timeoutSeconds) =>
      text({ method: 'GET', path, accept: '*/*' }, timeoutSeconds * 1000),
  };
}

function body(method: HttpRequest['method'], path: string, object: JsonObject) {
  return { method, path, body: JSON.stringify(object), contentType: 'application/json' };
}

function listQuery(options: ListOptions, next: string | undefined): URLSearchParams {
  const query = new URLSearchParams({ limit: PAGE_SIZE });
  if (options.labelSelector !== undefined) query.set('labelSelector', options.labelSelector);
  if (next !== undefined) query.set('continue', next);
  return query;
}

function keyOf(resource: Resource, object: JsonObject): ObjectKey {
  const metadata = objectAt(object, 'metadata');
  const name = stringAt(metadata, 'name') ?? '';
  const namespace = stringAt(metadata, 'namespace');
  return resource.namespaced && namespace !== undefined ? { namespace, name } : { name };
}
