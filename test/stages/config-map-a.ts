/** The FederatedConfigMap `a` of the stage tests: red, in both members. */
import type { JsonObject } from '../../lib/model/json.ts';
import { type FederationOptions, SHOP, type TestFederation, testFederation } from './federation.ts';
import { CONFIG_MAP, type FederatedParts } from './objects.ts';

export const A = { namespace: SHOP, name: 'a' };
export const RED = { name: 'a', clusters: ['east', 'west'], template: { data: { color: 'red' } } };
/** A patch of its template. */
export const GREEN = { spec: { template: { data: { color: 'green' } } } } satisfies JsonObject;

/** @returns a federation in which `a` is as it should be in every member, and the host says so */
export async function inSync(
  parts: Partial<FederatedParts> = {},
  options: FederationOptions = {},
): Promise<TestFederation> {
  const federation = testFederation(options);
  await federation.settle([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return federation;
}
