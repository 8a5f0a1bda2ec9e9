import type { Resource } from '../model/resource.ts';

/** Resources of a member that only join and unjoin deal with; the rest is in `lib/model`. */

export const SERVICE_ACCOUNTS: Resource = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};
