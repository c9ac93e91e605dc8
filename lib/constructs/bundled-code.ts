import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { projectFile } from '../platform/project-file.ts';

/** A function's code, ready to be packed. */
export interface Bundle {
  /** Holds `index.js` and nothing else. */
  readonly folder: string;
  /** SHA-256 of `index.js`, in hexadecimal digits. */
  readonly hash: string;
}

const bundles = new Map<string, Bundle>();

/** {@link bundleOf}, as the CDK takes it. */
export function bundledCode(entry: string): Code {
  const { folder, hash } = bundleOf(entry);
  return Code.fromAsset(folder, { assetHash: hash });
}

/**
 * The code of a Lambda function: a TypeScript file of this project, made into one `index.js` at synthesis. The AWS SDK
 * is left to the function's runtime. The hash is that of the bundle, so it is the same on every machine.
 *
 * @param entry path from the project's root
 */
export function bundleOf(entry: string): Bundle {
  const known = bundles.get(entry);
  if (known !== undefined) return known;
  const code = compiled(entry);
  const hash = createHash('sha256').update(code).digest('hex');
  const bundle = { folder: folderWith(code, hash), hash };
  bundles.set(entry, bundle);
  return bundle;
}

function compiled(entry: string): string {
  const file = projectFile(entry);
  const result = buildSync({
    entryPoints: [file],
    // Paths in the bundle's comments are relative to it, and so the same everywhere.
    absWorkingDir: file.slice(0, -entry.length),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@aws-sdk/*'],
    legalComments: 'none',
    logLevel: 'error',
    tsconfigRaw: {},
    write: false,
  });
  return result.outputFiles[0]!.text;
}

/** A folder that holds nothing but this code. Synthesis may run several times at once, so it appears in one go. */
function folderWith(code: string, hash: string): string {
  const parent = path.join(path.dirname(projectFile('node_modules/esbuild')), '.cache', 'labs', 'functions');
  const folder = path.join(parent, hash);
  if (existsSync(folder)) return folder;
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(path.join(parent, 'draft-'));
  writeFileSync(path.join(draft, 'index.js'), code);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
