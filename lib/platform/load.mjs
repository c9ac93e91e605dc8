// Loads the project's own TypeScript quickly: plain JavaScript, because it runs before anything can be translated.
//
// esbuild bundles the programs below with the packages that they use. A bundle starts several times faster than as many
// single files, and is used again for as long as nothing has changed that it was made of (docs/decisions/0004).
import { createHash } from 'node:crypto';
import { lchown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const projectFolder = path.resolve(import.meta.dirname, '../..');
const cache = path.join(projectFolder, 'node_modules', '.cache', 'labs');

/** What is started by itself, from the project's root. One bundle holds them all: they share most of their code. */
const programs = ['bin/labs.ts', 'lib/targets/local/fargate/main.ts'];

/** What changes whenever a package is installed, and this file. */
const alwaysInputs = ['node_modules/.package-lock.json', 'lib/platform/load.mjs'];

/** How long a bundle is kept that is no longer the newest, in milliseconds: a process may be running from it. */
const keptFor = 3600_000;

/** A file's state: when it was last written, and its size. It changes when the file does. */
const stateOf = async (file) => {
  const { mtimeMs, size } = await stat(path.join(projectFolder, file)).catch(() => ({ mtimeMs: 0, size: 0 }));
  return [mtimeMs, size];
};
const statesOf = (files) => Promise.all(files.map(async (file) => [file, ...(await stateOf(file))]));

/**
 * Loads one of {@link programs}, as it is now.
 *
 * @param {string} program path from the project's root
 * @returns {Promise<any>} what it exports
 */
export async function load(program) {
  const folder = (await currentBundle()) ?? (await bundle());
  if (folder === undefined) {
    // A project that is not this user's to write to: slower, and the same.
    (await import('tsx/esm/api')).register();
    return import(pathToFileURL(path.join(projectFolder, program)).href);
  }
  const file = path.join(cache, folder, program.replace(/\.ts$/, '.mjs'));
  return import(pathToFileURL(file).href);
}

/** Folder of the newest bundle; undefined when a file that it was made of has changed. */
async function currentBundle() {
  const newest = path.join(cache, 'newest.json');
  const { folder, states } = await readFile(newest, 'utf8')
    .then(JSON.parse)
    .catch(() => ({ states: [] }));
  if (folder === undefined) return undefined;
  const now = await statesOf(states.map(([file]) => file));
  if (JSON.stringify(now) !== JSON.stringify(states)) return undefined;
  // Somebody may have removed the one and not the other.
  return (await stat(path.join(cache, folder)).catch(() => undefined)) && folder;
}

/**
 * Makes a bundle of what is there now, beside others that do the same, and returns its folder; undefined where nothing
 * can be written.
 */
async function bundle() {
  const unfinished = path.join(cache, `unfinished-${process.pid}`);
  const writable = await mkdir(unfinished, { recursive: true }).then(
    () => true,
    () => false,
  );
  if (!writable) return undefined;
  const { build } = await import('esbuild');
  const began = Date.now();
  try {
    const { metafile } = await build({
      absWorkingDir: projectFolder,
      entryPoints: programs,
      outbase: '.',
      outdir: unfinished,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      keepNames: true,
      metafile: true,
      logLevel: 'error',
      // CommonJS that is loaded when AWS is called; esbuild gives dynamic imports of it no names. The one of the CDK reads a
      // file beside it.
      external: ['@aws-sdk/*', '@aws-cdk/cloudformation-diff'],
      // What packages ask for that are written in CommonJS.
      banner: {
        js: [
          "import { createRequire as requireFrom } from 'node:module'; import { fileURLToPath as pathFrom } from 'node:url';",
          'const require = requireFrom(import.meta.url), __filename = pathFrom(import.meta.url);',
        ].join('\n'),
      },
    });
    const own = Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
    const states = await statesOf([...own, ...alwaysInputs].sort());
    const folder = `bundle-${createHash('sha256').update(JSON.stringify(states)).digest('hex').slice(0, 12)}`;
    if (states.some(([, written]) => written >= began)) states.push(['a file that was written meanwhile', -1, -1]);
    await giveToOwner(unfinished);
    // Who was quicker has made the same.
    await rename(unfinished, path.join(cache, folder)).catch((error) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
    });
    const newest = path.join(cache, `newest-${process.pid}.json`);
    await writeFile(newest, JSON.stringify({ folder, states }));
    await giveToOwner(newest);
    await rename(newest, path.join(cache, 'newest.json'));
    await removeOld(folder);
    return folder;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What root has written belongs to whom the project belongs to, who could not remove it otherwise. */
async function giveToOwner(file) {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(projectFolder);
  const inside = await readdir(file, { recursive: true }).catch(() => []);
  for (const each of [cache, path.dirname(cache), file, ...inside.map((name) => path.join(file, name))]) {
    await lchown(each, uid, gid);
  }
}

async function removeOld(newest) {
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name);
    if (!/^(bundle|unfinished|newest)-/.test(name) || name === newest) continue;
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < Date.now() - keptFor) await rm(folder, { recursive: true, force: true });
  }
}
