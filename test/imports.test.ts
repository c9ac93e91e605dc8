import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { projectFolder } from '../lib/platform/paths.ts';

/** What each file imports, by its path from the project's root; types alone are no import. */
type Imports = Readonly<Record<string, readonly string[]>>;

async function importsFrom(entryPoints: string[]): Promise<Imports> {
  const { metafile } = await build({
    absWorkingDir: projectFolder,
    entryPoints,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    outdir: 'unused',
    logLevel: 'error',
  });
  return Object.fromEntries(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      imports.filter(({ external }) => external !== true).map(({ path }) => path),
    ]),
  );
}

/** Every import that leads back to a file that it was reached from, as the files from there to there. */
function circlesIn(imports: Imports): readonly string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) for (const next of imports[file] ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of Object.keys(imports)) visit(file, []);
  return circles;
}

test('no import of the commands and of the CDK app goes in a circle', async () => {
  const imports = await importsFrom(['bin/labs.ts', 'bin/app.ts']);
  expect(Object.keys(imports).length).toBeGreaterThan(200);
  expect(circlesIn(imports)).toEqual([]);
});

test('a circle is found, with the way around it', () => {
  expect(circlesIn({ a: ['b', 'c'], b: ['c'], c: ['b'] })).toEqual(['b → c → b']);
});
