import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { projectFolder } from '../lib/platform/paths.ts';

/** Paths that look like ours, and are in the repository that the text beside them names. */
const elsewhere = new Set([
  'test/images/agnhost', // kubernetes/kubernetes
  'test/images/agnhost/Dockerfile', // kubernetes/kubernetes
  'tools/cache/reflector.go', // kubernetes/client-go
]);

/** A path below one of the project's folders, not below another folder or host, and without placeholders. */
const mention =
  /(?<![\w./@~$-])(?:\.ci|\.github|bench|bin|bootstrap|charts|docs|labs|lib|test|tools)\/[\w./-]*\w(?![\w./-]*[*<{…])/g;

const mentionsIn = (text: string): readonly string[] => [...text.matchAll(mention)].map(([found]) => found);

/** The targets of relative links, from the project's folder. */
const linksIn = (text: string, file: string): readonly string[] =>
  [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, target]) => path.join(path.dirname(file), target!));

const commentLine = /^\s*(?:\/\/|\/?\*|#).*$|\/\*\*.*\*\/|\s\/\/ .*$/gm;

/** Everything in these folders of the project, and its documents. */
const folders = ['.ci', '.github', 'bench', 'bin', 'bootstrap', 'charts', 'docs', 'labs', 'lib', 'test', 'tools'];
const known = new Set(
  folders
    .filter((folder) => existsSync(path.join(projectFolder, folder)))
    .flatMap((folder) => [
      folder,
      ...readdirSync(path.join(projectFolder, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.join(folder, name),
      ),
    ])
    .concat(readdirSync(projectFolder).filter((name) => name.endsWith('.md'))),
);
const files = [...known];

/** Whether a path is in the project. A decision may be named by its number alone. */
const exists = (mentioned: string): boolean =>
  known.has(mentioned) ||
  elsewhere.has(mentioned) ||
  (/^docs\/decisions\/\d{4}$/.test(mentioned) && files.some((file) => file.startsWith(`${mentioned}-`)));

/** `FILE: PATH` for each path that a file mentions and that does not exist, and how many it mentions. */
async function checked(names: readonly string[], textOf: (source: string) => string) {
  const found = await Promise.all(
    names.map(async (file) => {
      const text = textOf(await readFile(path.join(projectFolder, file), 'utf8'));
      const paths = [...mentionsIn(text), ...(file.endsWith('.md') ? linksIn(text, file) : [])];
      return { count: paths.length, missing: paths.filter((one) => !exists(one)).map((one) => `${file}: ${one}`) };
    }),
  );
  return {
    count: found.reduce((sum, { count }) => sum + count, 0),
    missing: found.flatMap(({ missing }) => missing),
  };
}

test('every path and link in the documents exists', async () => {
  const documents = files.filter((file) => /^(docs\/.*|README[^/]*|CONTRIBUTING)\.md$/.test(file));
  const { count, missing } = await checked(documents, (source) => source);
  expect(missing).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

test('every path in a comment exists', async () => {
  const sources = files.filter((file) => /\.(ts|mjs|go|py|sh)$/.test(file));
  const { count, missing } = await checked(sources, (source) => (source.match(commentLine) ?? []).join('\n'));
  expect(missing).toEqual([]);
  expect(count).toBeGreaterThan(30);
});

test.each([
  ['See `lib/core/gone.ts`.', ['lib/core/gone.ts']],
  ['See lib/core/errors.ts, and docs/decisions/0003.', ['lib/core/errors.ts', 'docs/decisions/0003']],
  ['https://example.org/docs/page, node_modules/x/lib/y.js and ../docs/z', []],
  ['A lab is `labs/<id>/lab.ts`, a module tools/*/go.mod.', []],
])('finds the paths in %j', (text, paths) => {
  expect(mentionsIn(text)).toEqual(paths);
});
