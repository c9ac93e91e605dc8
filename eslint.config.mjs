import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

// Imports point one way (docs/decisions/0003): a folder imports the folders that stand here behind it, and itself.
// `*` in a lab's own folder is the lab: one lab imports nothing of another.
const mayImport = {
  bin: ['bin', 'labs', 'targets', 'guide', 'environments', 'lib'],
  labs: ['labs', 'lab', 'targets', 'guide', 'environments', 'lib'],
  lab: ['lab', 'environments', 'charts', 'lib'],
  targets: ['targets', 'environments', 'lib'],
  guide: ['guide', 'lib'],
  environments: ['environments', 'charts', 'constructs', 'lib'],
  charts: ['charts', 'lib'],
  constructs: ['constructs', 'lib'],
  lib: ['lib'],
};

const elements = [
  { type: 'lab', pattern: 'labs/*', capture: ['id'] },
  { type: 'targets', pattern: 'lib/targets' },
  { type: 'guide', pattern: 'lib/guide' },
  { type: 'environments', pattern: 'lib/environments' },
  { type: 'constructs', pattern: 'lib/constructs' },
  { type: 'bin', pattern: 'bin' },
  { type: 'labs', pattern: 'labs' },
  { type: 'charts', pattern: 'charts' },
  { type: 'lib', pattern: 'lib' },
].map((folder) => ({ ...folder, partialMatch: false }));

const policies = [
  ...Object.entries(mayImport).map(([from, types]) => ({
    from: { element: { type: from } },
    allow: { to: { element: { types: { anyOf: types } } } },
  })),
  {
    from: { element: { type: 'lab' } },
    disallow: { to: { element: { type: 'lab', captured: { id: '!{{ from.element.captured.id }}' } } } },
  },
];

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', '**/*.d.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An index that is known to be there, a process id in a message: both read better than their detours.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `Promise<string | void>` says that there may be nothing to say.
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    files: ['bin/**/*.ts', 'labs/**/*.ts', 'lib/**/*.ts', 'charts/**/*.ts'],
    plugins: { boundaries },
    settings: { 'boundaries/elements': elements },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies }],
      'boundaries/no-unknown-dependencies': 'error',
    },
  },
  {
    // Stand-ins for asynchronous functions need not wait for anything; marks in fixtures are plain characters.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off', '@typescript-eslint/no-misused-spread': 'off' },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
