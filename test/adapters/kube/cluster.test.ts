import { describe, expect, it } from 'vitest';
import { kubeCluster } from '../../../lib/adapters/kube/cluster.ts';
import type {
  Connection,
  HttpRequest,
  HttpResponse,
} from '../../../lib/adapters/kube/connection.ts';
import { RequestTimeout } from '../../../lib/adapters/kube/errors.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../../lib/model/resources.ts';
import type { Cluster } from '../../../lib/ports.ts';

const KEY = { namespace: 'shop', name: 'settings' };
const OBJECT = { metadata: KEY };
const COLLECTION = '/api/v1/namespaces/shop/configmaps';
const JSON_TYPE = 'application/json';
const MERGE_PATCH = 'application/merge-patch+json';

function clusterThatAnswers(answer: (request: HttpRequest) => Partial<HttpResponse> | Error) {
  const requests: HttpRequest[] = [];
  const connection: Connection = {
    async request(request) {
      requests.push(request);
      const given = answer(request);
      if (given instanceof Error) throw given;
      return { status: 200, body: '{}', ...given };
    },
    stream: () => Promise.reject(new Error('no streams here')),
    close: () => undefined,
  };
  return { cluster: kubeCluster(connection, 1000), requests };
}

const queryOf = (request: HttpRequest | undefined) =>
  Object.fromEntries(new URL(request?.path ?? '', 'https://x').searchParams);

describe('kubeCluster', () => {
  const CALLS = {
    create: (cluster: Cluster) => cluster.create(CONFIG_MAPS, OBJECT),
    replace: (cluster: Cluster) => cluster.replace(CONFIG_MAPS, OBJECT),
    patch: (cluster: Cluster) => cluster.patch(CONFIG_MAPS, KEY, OBJECT),
    status: (cluster: Cluster) => cluster.patch(CONFIG_MAPS, KEY, OBJECT, 'status'),
    delete: (cluster: Cluster) => cluster.delete(CONFIG_MAPS, KEY, OBJECT),
  };

  it.each([
    ['create', { method: 'POST', path: COLLECTION, contentType: JSON_TYPE }],
    ['replace', { method: 'PUT', path: `${COLLECTION}/settings`, contentType: JSON_TYPE }],
    ['patch', { method: 'PATCH', path: `${COLLECTION}/settings`, contentType: MERGE_PATCH }],
    [
      'status',
      { method: 'PATCH', path: `${COLLECTION}/settings/status`, contentType: MERGE_PATCH },
    ],
    ['delete', { method: 'DELETE', path: `${COLLECTION}/settings`, contentType: JSON_TYPE }],
  ] as const)('sends a %s as it must be', async (verb, request) => {
    const { cluster, requests } = clusterThatAnswers(() => ({}));
    await CALLS[verb](cluster);

    expect(requests).toEqual([{ ...request, body: JSON.stringify(OBJECT), timeoutMs: 1000 }]);
  });

  it('sends no namespace of objects that have none', async () => {
    const { cluster, requests } = clusterThatAnswers(() => ({}));
    await cluster.create(NAMESPACES, { metadata: { namespace: 'stray', name: 'shop' } });
    await cluster.replace(NAMESPACES, { metadata: { namespace: 'stray', name: 'shop' } });

    expect(requests.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces',
      '/api/v1/namespaces/shop',
    ]);
  });

  it('asks for the newest state, or for one that is not older than a given one', async () => {
    const { cluster, requests } = clusterThatAnswers(() => ({}));
    await cluster.get(CONFIG_MAPS, KEY);
    await cluster.get(CONFIG_MAPS, KEY, '12');

    expect(requests.map(({ path }) => path)).toEqual([
      `${COLLECTION}/settings`,
      `${COLLECTION}/settings?resourceVersion=12`,
    ]);
  });

  it('sends digits of large integers back as they came', async () => {
    const body = '{"metadata":{"name":"a"},"spec":{"big":12345678901234567890}}';
    const { cluster, requests } = clusterThatAnswers(() => ({ body }));
    const got = await cluster.get(NAMESPACES, { name: 'a' });
    if (got.ok) await cluster.replace(NAMESPACES, got.value);

    expect(requests[1]?.body).toBe(body);
  });

  it.each([
    ['a refusal', { status: 403, body: '{"message":"no"}' }, { kind: 'Forbidden', status: 403 }],
    ['a timeout', new RequestTimeout('too long'), { kind: 'TimedOut', message: 'too long' }],
    ['a lost connection', new Error('gone'), { kind: 'Unreachable', message: 'gone' }],
    ['an answer that is not JSON', { body: '<html>' }, { kind: 'ServerError' }],
  ])('makes a value of %s', async (_, answer, error) => {
    const { cluster } = clusterThatAnswers(() => answer);

    expect(await cluster.get(CONFIG_MAPS, KEY)).toMatchObject({ ok: false, error });
  });

  describe('list', () => {
    it('joins pages, each with the same question', async () => {
      const pages = [
        { items: [{ n: 1 }, { n: 2 }], metadata: { resourceVersion: '7', continue: 'more&' } },
        { items: [{ n: 3 }], metadata: { resourceVersion: '7' } },
      ];
      const { cluster, requests } = clusterThatAnswers(() => ({
        body: JSON.stringify(pages.shift()),
      }));
      const options = { namespace: 'shop', labelSelector: 'a in (b,c)' };

      expect(await cluster.list(CONFIG_MAPS, options)).toEqual({
        ok: true,
        value: { items: [{ n: 1 }, { n: 2 }, { n: 3 }], resourceVersion: '7' },
      });
      expect(requests.map(queryOf)).toEqual([
        { limit: '1000', labelSelector: 'a in (b,c)' },
        { limit: '1000', labelSelector: 'a in (b,c)', continue: 'more&' },
      ]);
      expect(requests[0]).toMatchObject({
        method: 'GET',
        path: expect.stringMatching(/^\/api\/v1\/namespaces\/shop\/configmaps\?/),
        timeoutMs: 3000,
      });
    });

    it('fails as a whole when a page fails', async () => {
      const pages = [
        { body: '{"items":[{}],"metadata":{"continue":"more"}}' },
        { status: 410, body: '{"message":"too old"}' },
      ];
      const { cluster } = clusterThatAnswers(() => pages.shift() ?? {});

      expect(await cluster.list(CONFIG_MAPS)).toMatchObject({ error: { kind: 'Gone' } });
    });

    it('asks for metadata alone in words that API servers know', async () => {
      const { cluster, requests } = clusterThatAnswers(() => ({}));
      await cluster.list(CONFIG_MAPS, { metadataOnly: true });

      expect(requests[0]?.accept).toBe(
        'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      );
    });
  });

  it('gives the text of a raw path, in the time that is given', async () => {
    const { cluster, requests } = clusterThatAnswers(() => ({ body: 'ok' }));

    expect(await cluster.raw('/healthz', 3)).toEqual({ ok: true, value: 'ok' });
    expect(requests).toEqual([{ method: 'GET', path: '/healthz', accept: '*/*', timeoutMs: 3000 }]);
  });
});
