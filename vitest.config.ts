import { defineConfig } from 'vitest/config';

// Forks, not threads: native add-ons and our own worker threads live in the tests. Packages resolve each other through their built `dist`.
const common = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary-reporter.js'],
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/templates/**/*.test.ts'],
        },
      },
      { test: { ...common, name: 'acceptance', include: ['test/acceptance/**/*.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          ...common,
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          globalSetup: 'test/cli/setup.ts',
          testTimeout: 180_000,
        },
      },
    ],
  },
});
