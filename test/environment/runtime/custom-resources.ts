import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ApiRequest, ApiResponse, Route } from './api-server.ts';
import type { Answer } from './references.ts';
import type { CustomResourceSpec } from './specs.ts';
import type { Invocation } from './worker-pool.ts';

const Response = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().optional(),
  Data: z.record(z.string(), z.unknown()).optional(),
});
type Response = z.infer<typeof Response>;
const Returned = Response.pick({ PhysicalResourceId: true, Data: true });

export interface CustomResourcesOptions {
  readonly stackId: string;
  /** base of the server that has `route` */
  readonly url: () => string;
  readonly invoke: (functionId: string, event: unknown) => Promise<Invocation>;
}

export interface CustomResources {
  /** Takes the answers that functions PUT to their ResponseURL. */
  readonly route: Route;
  /** @throws {Error} the function answered FAILED, failed, or ended without an answer */
  create(spec: CustomResourceSpec): Promise<Answer>;
  /** @throws {Error} as `create` does */
  remove(spec: CustomResourceSpec, made: Answer): Promise<void>;
}

/**
 * Runs custom resources as CloudFormation does: an event with a ResponseURL, to which the function PUTs its answer. The
 * URL is http, not https. CloudFormation waits an hour for an answer; here it is due before the invocation ends.
 *
 * Source: AWS CloudFormation user guide, custom resource request and response objects
 */
export function customResources(options: CustomResourcesOptions): CustomResources {
  const answers = new Map<string, Response>();

  const route = ({ method, path: [first, id = ''], body }: ApiRequest): ApiResponse | undefined => {
    if (first !== 'custom-resource' || method !== 'PUT') return undefined;
    answers.set(id, Response.parse(JSON.parse(body)));
    return { status: 200, body: {} };
  };
  const request = async (
    spec: CustomResourceSpec,
    type: string,
    more: object,
  ): Promise<Response> => {
    const id = randomUUID();
    const invocation = await options.invoke(spec.functionId, {
      RequestType: type,
      ServiceToken: spec.serviceToken,
      ResponseURL: `${options.url()}/custom-resource/${id}`,
      StackId: options.stackId,
      RequestId: id,
      LogicalResourceId: spec.id,
      ResourceType: spec.type,
      ResourceProperties: spec.properties,
      ...more,
    });
    if (invocation.ok && spec.answersBy === 'return') {
      return { Status: 'SUCCESS', ...Returned.parse(invocation.payload ?? {}) };
    }
    const answer = answers.get(id);
    answers.delete(id);
    const failure = invocation.ok ? 'its function sent no answer' : invocation.error.message;
    if (answer?.Status === 'SUCCESS') return answer;
    throw new Error(`${type} of custom resource ${spec.id} failed: ${answer?.Reason ?? failure}`);
  };

  return {
    route,
    create: async (spec) => {
      const { PhysicalResourceId, Data } = await request(spec, 'Create', {});
      return { physicalId: PhysicalResourceId ?? spec.id, data: Data ?? {} };
    },
    remove: async (spec, { physicalId }) => {
      await request(spec, 'Delete', { PhysicalResourceId: physicalId });
    },
  };
}
