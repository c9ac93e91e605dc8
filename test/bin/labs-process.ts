import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectFolder } from '../../lib/platform/paths.ts';

/** What a command printed, and its exit code. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A process that runs `labs` commands one after the other, each as a process of its own would in the same environment.
 * Starting Node.js takes much longer than most commands do.
 */
class LabsProcess {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(env: NodeJS.ProcessEnv) {
    // Without the options of the process that runs the tests.
    this.#child = fork(path.join(projectFolder, 'test', 'bin', 'serve-labs.mjs'), {
      env,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  run(args: readonly string[]): Promise<Result> {
    const result = this.#last.then(async () => {
      // Whichever of the two does not happen would listen as long as the process runs.
      const listening = new AbortController();
      const ended = once(this.#child, 'exit', listening).then(([code]) => {
        throw new Error(`The process that runs labs ended with ${String(code)} in: labs ${args.join(' ')}`);
      });
      const answer = once(this.#child, 'message', listening).then(([message]) => message as Result);
      this.#child.send(args);
      return Promise.race([answer, ended]).finally(() => listening.abort());
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

const processes = new Map<string, LabsProcess>();

/** Runs a `labs` command in a process with that environment. */
export function runLabs(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  const key = JSON.stringify(env);
  const labs = processes.get(key) ?? new LabsProcess(env);
  processes.set(key, labs);
  return labs.run(args);
}

/** Ends the processes that {@link runLabs} started, whatever they do. */
export function endLabs(): void {
  processes.forEach((labs) => labs.end());
  processes.clear();
}
