import { clusterCases } from './cluster-cases.ts';
import { configCases } from './config-cases.ts';
import type { CrdCase } from './crd-case.ts';
import { dnsCases } from './dns-cases.ts';
import { federatedCases } from './federated-cases.ts';
import { overrideCases } from './override-cases.ts';
import { recordCases } from './record-cases.ts';
import { typeConfigCases } from './type-config-cases.ts';

/** Good and bad objects of all our kinds, for a real API server to judge; every one independent of the others. */
export const cases: readonly CrdCase[] = [
  ...clusterCases,
  ...configCases,
  ...typeConfigCases,
  ...federatedCases,
  ...overrideCases,
  ...recordCases,
  ...dnsCases,
];
