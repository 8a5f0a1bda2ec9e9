import { defineConfig } from 'vitest/config';

/** `unit` needs no network and no server; `integration` starts real API servers and the emulated AWS. */
const INTEGRATION = ['test/**/*.integration.test.ts', 'test/environment/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: INTEGRATION,
          isolate: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: INTEGRATION,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['lib/**'] },
  },
});
