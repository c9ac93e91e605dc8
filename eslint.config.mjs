import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

// Imports point one way (docs/decisions/0003): a room imports itself and the rooms that stand behind it here. Labs, and
// the targets local, linux and aws, are siblings: none imports another of its kind.
const base = ['core', 'platform', 'catalog', 'claims', 'settings'];
const data = [...base, 'model', 'progress', 'application', 'self-managed'];
const mayImport = {
  core: [],
  platform: ['core'],
  catalog: ['core'],
  claims: ['core'],
  settings: ['core', 'catalog'],
  log: ['core'],
  observe: ['core', 'log'],
  model: base,
  progress: ['core', 'platform', 'model'],
  application: ['core', 'catalog'],
  'self-managed': ['core', 'settings'],
  translate: ['core', 'application'],
  toolchain: ['core', 'platform', 'catalog'],
  leftovers: [],
  checks: ['core', 'catalog', 'application', 'model'],
  guide: [...base, 'model'],
  coverage: [...base, 'model', 'guide'],
  constructs: [...data, 'leftovers'],
  charts: ['core', 'catalog', 'application', 'model'],
  environments: [...data, 'charts', 'constructs'],
  target: [...data, 'observe'],
  'targets-shared': [...data, 'toolchain', 'target'],
  'targets-local': [...data, 'observe', 'toolchain', 'target', 'targets-shared'],
  'targets-linux': [...data, 'observe', 'toolchain', 'target', 'targets-shared'],
  'targets-aws': [...data, 'observe', 'toolchain', 'target', 'targets-shared'],
  engine: [...data, 'log', 'observe', 'guide', 'target', 'targets-*', 'translate'],
  lab: [...data, 'charts', 'checks', 'environments'],
  labs: [...base, 'model', 'lab'],
  bin: [...data, 'toolchain', 'guide', 'coverage', 'environments', 'engine', 'labs', 'target', 'translate'],
};

const folderOf = (room) => `lib/${room.replace('targets-', 'targets/')}`;
const outsideLib = { charts: 'charts', bin: 'bin', labs: 'labs' };
const elements = [
  { type: 'lab', pattern: 'labs/*', capture: ['id'] },
  // What an author copies to `labs/`.
  { type: 'lab', pattern: 'templates/*', capture: ['id'] },
  ...Object.keys(mayImport)
    .filter((room) => room !== 'lab' && room !== 'target')
    .map((room) => ({ type: room, pattern: outsideLib[room] ?? folderOf(room) })),
  // What all targets are: `lib/targets/target.ts`.
  { type: 'target', pattern: 'lib/targets' },
].map((folder) => ({ ...folder, partialMatch: false }));

const policies = [
  ...Object.entries(mayImport).map(([from, types]) => ({
    from: { element: { type: from } },
    allow: { to: { element: { types: { anyOf: [from, ...types] } } } },
  })),
  {
    from: { element: { type: 'lab' } },
    disallow: { to: { element: { type: 'lab', captured: { id: '!{{ from.element.captured.id }}' } } } },
  },
];

/** How programs are started: with `environmentOf()`, or with the whole environment in `env`. */
const starts =
  'CallExpression[callee.name=/^(execa|execaSync|spawn|spawnSync|fork|execFile|execFileSync|exec|execSync)$/]';
const listed = ':has(CallExpression[callee.name=/^(environmentOf|sessionEnvironment)$/])';
const exact = ':has(Property[key.name="env"])';
const environmentRules = [
  {
    selector: `${starts}:not(${listed}):not(${exact})`,
    message: 'Start programs with ...environmentOf(PROGRAM): they see no other variables.',
  },
  {
    selector: `${starts}[callee.name=/^execa/]${exact}:not(:has(Property[key.name="extendEnv"]))`,
    message: 'execa adds the whole environment to `env`, unless `extendEnv` is false.',
  },
  {
    selector: 'SpreadElement > MemberExpression[object.name="process"][property.name="env"]',
    message: 'Pass on what environmentOf(PROGRAM) lists, never all of process.env.',
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
    files: ['bin/**/*.ts', 'labs/**/*.ts', 'templates/**/*.ts', 'lib/**/*.ts', 'charts/**/*.ts'],
    plugins: { boundaries },
    settings: { 'boundaries/elements': elements },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies }],
      'boundaries/no-unknown-dependencies': 'error',
    },
  },
  {
    // Programs see of a learner's environment what lib/platform/program-environment.ts lists.
    files: ['bin/**/*.ts', 'labs/**/*.ts', 'templates/**/*.ts', 'lib/**/*.ts', 'charts/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...environmentRules] },
  },
  {
    // Stand-ins for asynchronous functions need not wait for anything; marks in fixtures are plain characters.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off', '@typescript-eslint/no-misused-spread': 'off' },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
