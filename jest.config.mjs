const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }],
  },
  setupFiles: ['<rootDir>/test/setup.ts'],
};

/** @type {import('jest').Config} */
export default {
  // Also while suites with a control plane run beside them. Too long for a hang to be taken for work.
  testTimeout: 30_000,
  // Here and not in the script, where another number would be added to it: jest takes a list for its first number.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/longest-first.mjs',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/', '<rootDir>/test/linux/'],
    },
    // What needs a running control plane. The binaries are built on first use, which takes minutes.
    { ...shared, displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/**/*.test.ts'] },
    // What needs real nodes: Linux and root.
    { ...shared, displayName: 'linux', testMatch: ['<rootDir>/test/linux/**/*.test.ts'] },
  ],
};
