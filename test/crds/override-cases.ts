import type { CrdCase } from './crd-case.ts';
import { EXPECTED_TYPES } from './expected-crds.ts';
import { federated } from './federated-cases.ts';

/** An override entry says by name or by label which clusters it is for; the ten types share the rule. */
export const overrideCases = EXPECTED_TYPES.map(
  ([, , kind]): CrdCase => ({
    name: `Federated${kind} with an override both by name and by label`,
    object: federated(`Federated${kind}`, {
      overrides: [{ clusterName: 'east', clusterSelector: {} }],
    }),
    valid: false,
    message: 'give either clusterName or clusterSelector, not both',
  }),
);
