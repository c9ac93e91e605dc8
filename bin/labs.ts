import { Command, CommanderError, Option } from 'commander';
import { codeOf, exitCodes, InterruptedError, LabsError } from '../lib/errors.ts';
import { languages, type Language } from '../lib/text.ts';
import type { Action } from './context.ts';
import { languageOfLocale, standardOutput, type Output } from './output.ts';

const examples = `
Examples:
  $ npx labs up eks-ec2                 bring the lab up on this machine
  $ eval "$(npx labs env eks-ec2)"      point this terminal at it: kubectl, and labs without npx
  $ npx labs guide eks-ec2              read what to do
  $ npx labs check eks-ec2              see what is done
  $ npx labs down eks-ec2               remove everything
  $ npx labs up eks-ec2 --on aws        bring it up on AWS, which costs money: says the price, then deploys

Exit codes: 0 done, 1 a check, answer or rehearsal failed, 2 wrong use, 3 the surroundings failed, 130 interrupted.`;

/** Runs the command that the arguments name, and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const abort = new AbortController();
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
  } finally {
    signals.forEach((signal) => process.off(signal, interrupt));
  }
}

function explain(error: unknown, signal: AbortSignal, output: Output): number {
  if (signal.aborted) {
    process.stderr.write(`${error instanceof InterruptedError ? error.message : output.message('interrupted')}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof LabsError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const system = sentenceForSystemError(error);
  process.stderr.write(`${system ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  return exitCodes.surroundings;
}

/** What the operating system or the cluster refuses in the middle of something. */
function sentenceForSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC') return `The disk is full (${error.message}). Free some space and run the command again.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `A file cannot be written (${error.message}). Make it writable and run the command again.`;
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'spawn aws')
    return 'The AWS CLI is not on PATH, and the kubeconfig of a lab on AWS gets its token from it. Install version 2 and run the command again.';
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET')
    return `The control plane does not answer (${error.message}). Start it again with: npx labs up LAB`;
  return undefined;
}

async function buildProgram(
  argv: readonly string[],
  signal: AbortSignal,
  onOutput: (output: Output) => void,
): Promise<Command> {
  const program = new Command('labs')
    .description('An executable textbook of Kubernetes cluster architecture for people who run AWS ECS.')
    .addOption(
      new Option('--lang <language>', 'language of what is printed; otherwise that of your locale').choices(languages),
    )
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .exitOverride();

  const command = <Options extends object>(
    usage: string,
    description: string,
    load: () => Promise<{ default: Action<Options> }>,
  ): Command =>
    program
      .command(usage)
      .description(description)
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
    new Option('-c, --context <key=value>', 'a setting; may be repeated')
      .default([], 'none')
      .argParser((value: string, before: readonly string[]) => [...before, value]);
  const on = () => new Option('--on <target>', 'where the environment runs: local, linux or aws').default('local');
  const where = () => new Option('--on <target>', 'where the lab is up, if it is up on several: local, linux or aws');
  const json = () => new Option('--json', 'print JSON');
  // Only the two commands that take settings pay for loading their schema.
  const settings =
    argv.includes('up') || argv.includes('rehearse') ? (await import('./setting-help.ts')).settingHelpText() : '';

  command('list', 'list the labs, their tasks, and which labs are up', () => import('./commands/list.ts')).addOption(
    json(),
  );
  command('up <lab>', 'bring a lab up; joins its environment if that runs already', () => import('./commands/up.ts'))
    .addOption(settingOption())
    .addOption(on())
    .option('--port <port>', 'port of the API server on 127.0.0.1; a free one if not given')
    .addHelpText('after', settings);
  command(
    'env <lab>',
    'print what to export to reach a lab that is up: eval "$(npx labs env LAB)"',
    () => import('./commands/env.ts'),
  ).addOption(where());
  command('guide <lab> [task]', 'read a lab, or one of its tasks', () => import('./commands/guide.ts')).addOption(
    where(),
  );
  command('check <lab> [task]', 'check what is done', () => import('./commands/check.ts'))
    .addOption(where())
    .addOption(json());
  command(
    'answer <lab> <task> <value>',
    'answer the question of a task',
    () => import('./commands/answer.ts'),
  ).addOption(where());
  command(
    'reset <lab>',
    "put a lab's own objects and the nodes back to the beginning",
    () => import('./commands/reset.ts'),
  ).addOption(where());
  command(
    'node [name] [command...]',
    'run a command as root on a node of the environment that is up: labs node NAME -- COMMAND; without NAME, list the nodes',
    () => import('./commands/node.ts'),
  )
    .option('--lab <lab>', 'the lab whose environment is meant, if several are up')
    .addOption(where())
    .option('--kill', 'end the node at once, as a power failure would (linux)')
    .option('--start', 'start a node that was ended (linux)');
  command(
    'rehearse <lab>',
    'play the guide in a fresh environment and compare what it prints with what it shows',
    () => import('./commands/rehearse.ts'),
  )
    .addOption(settingOption())
    .addOption(on())
    .addOption(json())
    .option('--record', "write the outputs into the lab's guides instead of comparing them")
    .addHelpText('after', settings);
  command(
    'down <lab>',
    "remove a lab; the last lab's end is the end of its environment",
    () => import('./commands/down.ts'),
  ).addOption(where());
  command(
    'start',
    'bring up the first lab, play its first task, and say what to do next',
    () => import('./commands/start.ts'),
  );
  return program;
}
