import { LostLockError } from '../lib/platform/lock.ts';
import { Command, CommanderError, Option } from 'commander';
import { codeOf, exitCodes, InterruptedError, LabsError } from '../lib/core/errors.ts';
import { languages, type Language, type Text } from '../lib/core/text.ts';
import type { Action } from './context.ts';
import { helpTexts, languageOfArguments, speak, type HelpText } from './help-texts.ts';
import { languageOfLocale, standardOutput, type Output } from './output.ts';
import { labsCommand } from '../lib/model/labs-command.ts';

/** Runs the command that the arguments name, and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const abort = new AbortController();
  // A reader of the beginning, such as `| head` or a pager, closes the pipe; what is under way goes on to its end.
  process.stdout.on('error', (error) => {
    if (codeOf(error) !== 'EPIPE') throw error;
  });
  let output = standardOutput(languageOfLocale());
  const program = await buildProgram(argv, abort.signal, (chosen) => (output = chosen));
  // A second Ctrl-C would interrupt the cleaning up; it is told so instead.
  const interrupt = () => {
    if (!abort.signal.aborted) process.stderr.write(`\n${output.message('cleaningUp')}\n`);
    abort.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((signal) => process.on(signal, interrupt));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = explain(error, abort.signal, output);
    if (error instanceof LostLockError) {
      // What this command has started ends, and it cleans nothing up: that is the other command's by now.
      abort.abort();
      process.exit();
    }
  } finally {
    signals.forEach((signal) => process.off(signal, interrupt));
  }
}

function explain(error: unknown, signal: AbortSignal, output: Output): number {
  if (signal.aborted) {
    process.stderr.write(
      `${error instanceof InterruptedError ? output.text(error.text) : output.message('interrupted')}\n`,
    );
    return exitCodes.interrupted;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof LabsError) {
    process.stderr.write(`${output.text(error.text)}\n`);
    return error.exitCode;
  }
  const system = sentenceForSystemError(error);
  const said = system === undefined ? undefined : output.text(system);
  process.stderr.write(`${said ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  return exitCodes.external;
}

/** What the operating system or the cluster refuses in the middle of something. */
function sentenceForSystemError(error: unknown): Text | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC')
    return {
      ja: `ディスクがいっぱいです（${error.message}）。空きを作って、もう一度実行してください。`,
      en: `The disk is full (${error.message}). Free some space and run the command again.`,
    };
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return {
      ja: `ファイルに書き込めません（${error.message}）。書き込めるようにして、もう一度実行してください。`,
      en: `A file cannot be written (${error.message}). Make it writable and run the command again.`,
    };
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'spawn aws')
    return {
      ja: 'AWS CLI が PATH にありません。AWS 上のラボの kubeconfig は、それを使ってトークンを得ます。バージョン 2 をインストールして、もう一度実行してください。',
      en: 'The AWS CLI is not on PATH, and the kubeconfig of a lab on AWS gets its token from it. Install version 2 and run the command again.',
    };
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET')
    return {
      ja: `コントロールプレーンが応答しません（${error.message}）。もう一度起動するには: ${labsCommand('up', 'LAB', 'local')}`,
      en: `The control plane does not answer (${error.message}). Start it again with: ${labsCommand('up', 'LAB', 'local')}`,
    };
  return undefined;
}

async function buildProgram(
  argv: readonly string[],
  signal: AbortSignal,
  onOutput: (output: Output) => void,
): Promise<Command> {
  const language = languageOfArguments(argv);
  const text = (name: HelpText): string => helpTexts[name][language];
  const program = new Command('labs')
    .description(text('labs'))
    .addOption(new Option('--lang <language>', text('lang')).choices(languages))
    .addHelpText('after', text('examples'))
    .showSuggestionAfterError()
    .exitOverride();
  speak(program, language);

  const command = <Options extends object>(
    usage: string,
    description: HelpText,
    load: () => Promise<{ default: Action<Options> }>,
    parent = program,
  ): Command =>
    parent
      .command(usage)
      .description(text(description))
      .exitOverride()
      .action(async (...all: unknown[]) => {
        const self = all.at(-1) as Command;
        const options = self.optsWithGlobals<Options & { lang?: Language }>();
        const output = standardOutput(options.lang ?? languageOfLocale());
        onOutput(output);
        const { default: run } = await load();
        process.exitCode = (await run({ output, signal }, self.args, options)) ?? exitCodes.done;
      });

  const settingOption = () =>
    new Option('-c, --context <key=value>', text('context'))
      .default([], 'none')
      .argParser((value: string, before: readonly string[]) => [...before, value]);
  const on = () => new Option('--on <target>', text('on')).default('local');
  const where = () => new Option('--on <target>', text('where'));
  const json = () => new Option('--json', text('json'));
  // Only the two commands that take settings pay for loading their schema.
  const settings =
    argv.includes('up') || argv.includes('rehearse')
      ? (await import('./setting-help.ts')).settingHelpText(language)
      : '';

  command('list', 'list', () => import('./commands/list.ts')).addOption(json());
  command('up <lab>', 'up', () => import('./commands/up.ts'))
    .addOption(settingOption())
    .addOption(on())
    .option('--port <port>', text('port'))
    .option('--yes', text('yes'))
    .addHelpText('after', settings);
  command('env <lab>', 'env', () => import('./commands/env.ts')).addOption(where());
  command('guide <lab> [task]', 'guide', () => import('./commands/guide.ts'))
    .option('--all', text('all'))
    .addOption(where());
  command('check <lab> [task]', 'check', () => import('./commands/check.ts'))
    .addOption(where())
    .addOption(json());
  command('answer <lab> <task> <value>', 'answer', () => import('./commands/answer.ts')).addOption(where());
  command('reset <lab>', 'reset', () => import('./commands/reset.ts')).addOption(where());
  command('break <lab> [fault]', 'break', () => import('./commands/break.ts'))
    .option('--list', text('faults'))
    .addOption(where());
  command('mend <lab>', 'mend', () => import('./commands/mend.ts')).addOption(where());
  command('node [name] [command...]', 'node', () => import('./commands/node.ts'))
    .option('--lab <lab>', text('lab'))
    .addOption(where())
    .option('--kill', text('kill'))
    .option('--start', text('powerOn'));
  command('rehearse <lab>', 'rehearse', () => import('./commands/rehearse.ts'))
    .addOption(settingOption())
    .addOption(on())
    .addOption(json())
    .option('--record', text('record'))
    .option('--recording <file>', text('recording'))
    .addHelpText('after', settings);
  command('down <lab>', 'down', () => import('./commands/down.ts')).addOption(where());
  command('coverage', 'coverage', () => import('./commands/coverage.ts')).addOption(json());
  command('translate [files...]', 'translate', () => import('./commands/translate.ts'))
    .option('--from-aws <family>', text('fromAws'))
    .option('--cluster <cluster>', text('ecsCluster'))
    .option('--service <service>', text('ecsService'))
    .option('--task-definition <name>', text('ecsTaskDefinition'))
    .option('--schedule <expression>', text('schedule'))
    .option('--time-zone <zone>', text('timeZone'))
    .option('--once', text('once'))
    .option('--format <format>', text('format'), 'yaml')
    .option('--output <folder>', text('output'))
    .addOption(new Option('--kubernetes <version>', text('translateKubernetes')))
    .addOption(new Option('--json', text('translateJson')))
    .option('--strict', text('strict'))
    .option('--prove', text('prove'));
  command('start', 'start', () => import('./commands/start.ts'));

  const programs = program.command('programs').description(text('programs')).exitOverride();
  speak(programs, language);
  const kubernetes = () => new Option('--kubernetes <versions>', text('kubernetes'));
  command('list', 'programsList', () => import('./commands/programs-list.ts'), programs).addOption(json());
  command('fetch', 'programsFetch', () => import('./commands/programs-fetch.ts'), programs)
    .addOption(kubernetes())
    .addOption(new Option('--on <target>', text('fetchOn')).default('local'));
  command('pack', 'programsPack', () => import('./commands/programs-pack.ts'), programs)
    .requiredOption('--output <folder>', text('packOutput'))
    .addOption(kubernetes())
    .option('--platform <platforms>', text('platform'));
  command('clean', 'programsClean', () => import('./commands/programs-clean.ts'), programs).option(
    '--all',
    text('cleanAll'),
  );
  return program;
}
