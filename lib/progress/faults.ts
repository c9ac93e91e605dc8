import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../platform/write-atomically.ts';

/** A fault that is in a lab. */
export interface BrokenFault {
  readonly id: string;
  /** How often a check found it not yet healed. */
  readonly tries: number;
}

/** What is remembered of a lab's faults. It is kept beside the lab and goes with it. */
export interface FaultsProgress {
  /** The fault that is in the lab now, if any. It is remembered before it is put in. */
  readonly broken?: BrokenFault;
  /** Ids of those that were healed, in that order. */
  readonly healed: readonly string[];
}

const file = (folder: string): string => path.join(folder, 'faults.json');

/** What is remembered in a lab's folder; nothing broken and nothing healed where nothing is. */
export async function readFaultsProgress(folder: string): Promise<FaultsProgress> {
  const text = await readFile(file(folder), 'utf8').catch(() => '{"healed":[]}');
  return JSON.parse(text) as FaultsProgress;
}

/** Remembers it. */
export async function writeFaultsProgress(folder: string, progress: FaultsProgress): Promise<void> {
  await writeAtomically(file(folder), JSON.stringify(progress, undefined, 2) + '\n');
}

/** Forgets the fault that is in a lab, and keeps what was healed. */
export async function forgetBrokenFault(folder: string): Promise<void> {
  const { broken, healed } = await readFaultsProgress(folder);
  if (broken !== undefined) await writeFaultsProgress(folder, { healed });
}
