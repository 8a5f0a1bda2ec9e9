import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  answerCloudFormation,
  type CustomResourceEvent,
} from '../../lib/runtime/cloudformation.ts';

const EVENT: CustomResourceEvent = {
  RequestType: 'Create',
  ResponseURL: 'https://s3.example/signed',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Install',
  ResourceProperties: {},
};

/** @returns what was sent to CloudFormation */
async function answer(event: CustomResourceEvent, work: () => Promise<void>) {
  const send = vi.fn(async (_url: string, _init: RequestInit) => new Response());
  vi.stubGlobal('fetch', send);
  await answerCloudFormation(event, 'kubefed-eks', work);
  expect(send).toHaveBeenCalledTimes(1);
  const [url, init] = send.mock.calls[0] ?? [];
  return {
    url,
    method: init?.method,
    headers: init?.headers,
    body: JSON.parse(String(init?.body)),
  };
}

afterEach(() => vi.unstubAllGlobals());

describe('answerCloudFormation', () => {
  it('tells of success, under the name that the resource is given', async () => {
    expect(await answer(EVENT, async () => undefined)).toEqual({
      url: 'https://s3.example/signed',
      method: 'PUT',
      headers: { 'content-type': '' },
      body: {
        Status: 'SUCCESS',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Install',
        PhysicalResourceId: 'kubefed-eks',
      },
    });
  });

  it('keeps the name that the resource has', async () => {
    const event = { ...EVENT, RequestType: 'Delete', PhysicalResourceId: 'older' } as const;

    expect((await answer(event, async () => undefined)).body.PhysicalResourceId).toBe('older');
  });

  it.each([
    ['an error', new Error('the host said no'), 'the host said no'],
    ['anything else', 'no', 'no'],
  ])('tells the reason when the work throws %s', async (_, thrown, Reason) => {
    const answered = await answer(EVENT, () => Promise.reject(thrown));

    expect(answered.body).toMatchObject({ Status: 'FAILED', Reason });
  });
});
