import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../platform/write-atomically.ts';

/** A fault that was injected into a lab. */
export interface BrokenFault {
  readonly id: string;
  /** How many checks have found the fault not healed yet. */
  readonly tries: number;
}

/** The progress in a lab's faults. It is stored in the lab's folder, and deleted with it. */
export interface FaultsProgress {
  /**
   * The fault that is in the lab now, if any. It is stored before it is injected, so that an interrupted injection is
   * not forgotten.
   */
  readonly broken?: BrokenFault;
  /** The ids of the faults that were healed, in the order in which they were. */
  readonly healed: readonly string[];
}

const file = (folder: string): string => path.join(folder, 'faults.json');

/** Reads the progress from a lab's folder. Without a file, no fault is broken and none is healed. */
export async function readFaultsProgress(folder: string): Promise<FaultsProgress> {
  const text = await readFile(file(folder), 'utf8').catch(() => '{"healed":[]}');
  return JSON.parse(text) as FaultsProgress;
}

/** Stores the progress. */
export async function writeFaultsProgress(folder: string, progress: FaultsProgress): Promise<void> {
  await writeAtomically(file(folder), JSON.stringify(progress, undefined, 2) + '\n');
}

/** Forgets the fault that is in a lab, and keeps the list of those that were healed. */
export async function forgetBrokenFault(folder: string): Promise<void> {
  const { broken, healed } = await readFaultsProgress(folder);
  if (broken !== undefined) await writeFaultsProgress(folder, { healed });
}
