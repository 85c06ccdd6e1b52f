import { defineConfig } from 'vitest/config'

/** Real processes under a storm: they get the machine for themselves. */
const storms = ['tests/rig-m/storm.test.ts']

export default defineConfig({
  test: {
    globals: false,
    globalSetup: ['tests/support/postgres-cluster.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: { name: 'tests', include: ['tests/**/*.test.ts'], exclude: storms, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'storms', include: storms, sequence: { groupOrder: 1 } } },
    ],
  },
})
