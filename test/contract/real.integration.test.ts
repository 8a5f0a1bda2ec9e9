import { afterAll } from 'vitest';
import { agreementContract } from './agreement.contract.ts';
import { clusterContract } from './cluster.contract.ts';
import { startMemoryCluster } from './memory-cluster.ts';
import { startRealCluster } from './real-cluster.ts';
import type { Subject } from './subject.ts';

let started: Promise<Subject> | undefined;

function real(): Promise<Subject> {
  started ??= startRealCluster();
  return started;
}

afterAll(async () => {
  await (await started)?.cleanUp();
});

clusterContract('a real API server', async () => ({
  cluster: (await real()).cluster,
  cleanUp: async () => undefined,
}));

agreementContract(
  async () => (await real()).cluster,
  async () => (await startMemoryCluster()).cluster,
);
