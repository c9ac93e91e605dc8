import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../platform/write-atomically.ts';

const file = (folder: string): string => path.join(folder, 'answers.json');

/** The learner's last answers, by task id. They are stored in the lab's folder, and deleted with it. */
export async function readAnswers(folder: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(file(folder), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, string>;
}

/** Stores an answer. */
export async function writeAnswer(folder: string, taskId: string, answer: string): Promise<void> {
  const answers = { ...(await readAnswers(folder)), [taskId]: answer };
  await writeAtomically(file(folder), JSON.stringify(answers, undefined, 2) + '\n');
}
