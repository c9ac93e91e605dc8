import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

const file = (folder: string): string => path.join(folder, 'answers.json');

/** What a learner last answered, by task id. It is kept beside the lab and goes with it. */
export async function readAnswers(folder: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(file(folder), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, string>;
}

/** Remembers an answer. */
export async function writeAnswer(folder: string, taskId: string, answer: string): Promise<void> {
  const answers = { ...(await readAnswers(folder)), [taskId]: answer };
  await mkdir(folder, { recursive: true });
  await writeFile(`${file(folder)}.new`, JSON.stringify(answers, undefined, 2) + '\n');
  await rename(`${file(folder)}.new`, file(folder));
}
