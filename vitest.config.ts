import { defineConfig } from 'vitest/config';

/** `unit` needs no network, no server and no minute; `integration` starts real API servers and the emulated AWS. */
const INTEGRATION = [
  'test/**/*.integration.test.ts',
  'test/environment/**/*.test.ts',
  // A hundred members, without servers, but not within seconds.
  'test/simulation/flapping.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: INTEGRATION,
          isolate: false,
          // Generous: nothing is judged by the clock, and the machine may have other work.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: INTEGRATION,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: 'test/environment/run-folder.ts',
          // Tests mostly wait for the servers, so a second file fits beside the first one; a third does not.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: { provider: 'v8', include: ['lib/**'] },
  },
});
