import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { codeOf, exitCodes, UsageError } from '../../lib/core/errors.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { wrap } from '../../lib/guide/rich-text.ts';
import { writeAtomically } from '../../lib/platform/write-atomically.ts';
import { mostBytes } from '../../lib/translate/input/parse-text.ts';
import { readInput, type NamedText, type ReadInput } from '../../lib/translate/input/read-input.ts';
import { formats, outputFiles, outputText, type Format } from '../../lib/translate/output/files.ts';
import { isLost, summaryOf, todos } from '../../lib/translate/summary.ts';
import { translate, type Translation } from '../../lib/translate/translate.ts';
import type { Action, CommandContext } from '../context.ts';
import { versionsNamed } from '../kubernetes-option.ts';
import type { Output } from '../output.ts';
import { terminalWidth } from '../terminal-width.ts';

interface Options {
  readonly fromAws?: string;
  readonly cluster?: string;
  readonly service?: string;
  readonly taskDefinition?: string;
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly once?: boolean;
  readonly format: string;
  readonly output?: string;
  readonly kubernetes?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly prove?: boolean;
}

const command: Action<Options> = async (context, files, options) => {
  const { output } = context;
  const format = formatOf(options.format);
  const input = readInput(await textsOf(files, options), {
    ...(options.taskDefinition !== undefined && { taskDefinition: options.taskDefinition }),
    ...(options.service !== undefined && options.fromAws === undefined && { service: options.service }),
  });
  const translation = translate(withOptions(input, options));
  const lost = translation.findings.filter(isLost);
  if (options.output !== undefined) await write(translation, format, options.output, output);
  if (options.json === true) {
    output.line(JSON.stringify(translation, undefined, 2));
  } else {
    if (options.output === undefined) process.stdout.write(outputText(translation, format, output.language));
    printFindings(translation, input, output);
  }
  if (options.prove === true) await prove(translation, options, context);
  return options.strict === true && lost.length > 0 ? exitCodes.failed : exitCodes.done;
};
export default command;

function formatOf(given: string): Format {
  const found = formats.find((format) => format === given);
  if (found !== undefined) return found;
  throw new UsageError({
    ja: `--format に「${given}」は指定できません。指定できるもの: ${formats.join(', ')}`,
    en: `--format does not take '${given}'. Valid: ${formats.join(', ')}.`,
  });
}

/** What the options say beside the files. */
function withOptions(input: ReadInput, { schedule, timeZone, once, kubernetes }: Options): ReadInput {
  const all = kubernetes === undefined ? [] : versionsNamed(kubernetes);
  const expression = schedule ?? input.schedule?.expression;
  const zone = timeZone ?? input.schedule?.timeZone;
  return {
    ...input,
    ...(expression !== undefined && { schedule: { expression, ...(zone !== undefined && { timeZone: zone }) } }),
    ...(once === true && { once }),
    newestKubernetes: all.length > 0 && all.every((version) => version === kubernetesVersions[0]),
  };
}

async function textsOf(
  files: readonly string[],
  { fromAws, cluster, service }: Options,
): Promise<readonly NamedText[]> {
  if (fromAws !== undefined) {
    const { readFromAws } = await import('../../lib/translate/input/from-aws.ts');
    const read = await readFromAws({
      taskDefinition: fromAws,
      ...(cluster !== undefined && { cluster }),
      ...(service !== undefined && { service }),
    });
    return [...read, ...(await Promise.all(files.map(textIn)))];
  }
  if (files.length === 0) {
    throw new UsageError({
      ja: 'ファイル（標準入力なら -）か --from-aws FAMILY を指定してください。例: npx labs translate task.json service.json',
      en: 'Give files (- for standard input), or --from-aws FAMILY. For example: npx labs translate task.json service.json',
    });
  }
  return Promise.all(files.map(textIn));
}

async function textIn(file: string): Promise<NamedText> {
  if (file === '-') return sized('-', await textOf(process.stdin));
  try {
    const { size } = await stat(file);
    if (size > mostBytes) throw tooLarge(file, size);
    return { name: file, text: await readFile(file, 'utf8') };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') {
      throw new UsageError({ ja: `ファイル ${file} がありません。`, en: `There is no file ${file}.` });
    }
    if (code === 'EISDIR' || code === 'EACCES') {
      throw new UsageError({
        ja: `${file} は読めません（${code}）。ファイルを指定してください。`,
        en: `${file} can't be read (${code}). Give a file.`,
      });
    }
    throw error;
  }
}

function sized(name: string, text: string): NamedText {
  if (text.length > mostBytes) throw tooLarge(name, text.length);
  return { name, text };
}

const tooLarge = (file: string, size: number): UsageError => {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return new UsageError({
    ja: `${file} は ${megabytes(size)} MB です。読むのは ${megabytes(mostBytes)} MB までです（タスク定義は最大 64 KB）。タスク定義だけのファイルを渡してください。`,
    en: `${file} has ${megabytes(size)} MB; at most ${megabytes(mostBytes)} MB are read, and a task definition has at most 64 KB. Give a file with the task definition alone.`,
  });
};

/** Writes the files. Everything is known before the first one is written. */
async function write(translation: Translation, format: Format, folder: string, output: Output): Promise<void> {
  for (const { name, content } of outputFiles(translation, format, output.language)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeAtomically(file, content);
    process.stderr.write(`${file}\n`);
  }
}

/** The findings, on standard error, so that standard output is what kubectl reads. */
function printFindings({ findings }: Translation, { placeholders }: ReadInput, output: Output): void {
  const { bold, cyan, dim, yellow } = output.colors;
  const line = (text = ''): void => void process.stderr.write(`${text}\n`);
  const rows = summaryOf(findings);
  const width = terminalWidth();
  for (const todo of todos) {
    if (rows[todo].length === 0) continue;
    line();
    line(bold(output.message(`translate_${todo}`)));
    for (const row of rows[todo]) {
      const match = output.message(`translate_${row.match}`);
      const color = row.match === 'none' || row.match === 'input' ? yellow : dim;
      const lab = todo === 'nothing' ? '' : dim(`  labs guide ${row.lab}`);
      for (const paths of wrap([{ text: row.paths.join(', '), style: cyan }], width - 2)) line(`  ${paths}`);
      line(`    ${color(match)}${lab}`);
      for (const each of wrap([{ text: output.text(row), style: (text: string) => text }], width - 4))
        line(`    ${each}`);
    }
  }
  if (placeholders.length > 0) {
    line();
    line(output.message('translatePlaceholders', { placeholders: placeholders.join(', ') }));
  }
  const count = (match: string) => findings.filter((finding) => finding.match === match).length;
  line();
  line(
    output.message('translated', {
      all: findings.length,
      exact: count('exact'),
      approximate: count('approximate'),
      none: count('none'),
      input: count('input'),
    }),
  );
}

/** Tries the objects of Kubernetes itself; those of operators need what is not there. */
async function prove(
  { objects, addOns }: Translation,
  { kubernetes }: Options,
  { output, signal }: CommandContext,
): Promise<void> {
  const [{ proofStep }, { runSteps }, { labOf }] = await Promise.all([
    import('../../lib/engine/proof.ts'),
    import('../progress.ts'),
    import('../../labs/catalogue.ts'),
  ]);
  const line = (text: string): void => void process.stderr.write(`${text}\n`);
  for (const version of versionsNamed(kubernetes)) {
    await runSteps(
      [
        proofStep(objects, version, labOf('eks-ec2'), ({ refused, aboveBaseline, pods, waiting }) => {
          line(output.message('proved', { kubernetes: version, up: pods.up, all: pods.all }));
          for (const reason of [...refused, ...aboveBaseline, ...waiting]) line(`  ${reason}`);
          if (refused.length > 0) process.exitCode = exitCodes.failed;
        }),
      ],
      output,
      signal,
    );
  }
  line(output.message('provedHow'));
  if (addOns.length > 0)
    line(output.message('notProved', { kinds: [...new Set(addOns.map(({ kind }) => kind))].join(', ') }));
}
