import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { ExternalError } from '../core/errors.ts';
import { shellWord } from '../core/shell-quote.ts';
import { killTree } from './kill-tree.ts';

/** Where and with what a shell runs. */
export interface ShellOptions {
  /** Folder that the shell starts in. */
  readonly cwd: string;
  /** The whole environment; nothing is added to it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the shell and everything that it started. */
  readonly signal?: AbortSignal;
}

/** How a block came to its end. */
export type Ending =
  /** It ran to its end, with this exit status. */
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** It ended the shell: `exit`, `exec`, or a failed command under `set -e`. */
  | { readonly kind: 'ended the shell'; readonly exitCode: number }
  /** It took longer than it may, so the shell was ended. */
  | { readonly kind: 'timed out' }
  /** It printed more than {@link outputLimit}, so the shell was ended. */
  | { readonly kind: 'printed too much' };

/** What running a block came to. */
export interface ShellResult {
  /** Standard output and standard error in the order in which they were written. */
  readonly output: string;
  readonly ending: Ending;
}

/** Most bytes that a block may print: far more than a guide can show, far less than memory holds. */
export const outputLimit = 8 * 1024 * 1024;

/** Time that a shell has to run its exit trap when it is closed, in milliseconds. */
const closingTime = 2000;

/**
 * The shell proper is a child of this script, which reports its end in the stream that carries its output, so that
 * nothing printed before can be missed. `cat` makes that stream a real pipe: Node's own are sockets, on which opening
 * /dev/stdout or /dev/stderr fails.
 */
const wrapper = `IFS= read -r mark
{ bash --noprofile --norc; printf '%s' "$mark:ended:$?:"; } 2>&1 | cat`;

/** Output goes to a descriptor of our own too, so that a block's `exec >file` can't redirect our marks. */
const preparation = `exec 9>&1
__guide_status() { builtin return "$1"; }
`;

/**
 * One bash that lives through a whole guide as a learner's terminal does: variables, functions, options, the folder
 * and `$?` carry over from block to block. Standard input of every block is empty. What a background job prints
 * between two blocks is lost.
 */
export class Shell {
  readonly #process: ChildProcess;
  readonly #signal: AbortSignal | undefined;
  /** Nobody can know it beforehand, so no output can contain it. */
  readonly #mark = `guide-${randomBytes(16).toString('hex')}`;
  readonly #endPattern = new RegExp(`${this.#mark}:(end|ended):(\\d+):(?:(\\w*):)?`);
  readonly #kill = () => this.#killAll();
  #chunks: Buffer[] = [];
  #size = 0;
  #lastExitCode = 0;
  #isTracing = false;
  #isOpen = true;
  #failure: ExternalError | undefined;
  #wake: () => void = () => undefined;

  constructor({ cwd, env, signal }: ShellOptions) {
    signal?.throwIfAborted();
    this.#signal = signal;
    this.#process = spawn('bash', ['--noprofile', '--norc', '-c', wrapper], {
      cwd,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process.on('error', (error) => {
      this.#failure = new ExternalError({
        ja: `${cwd} で bash を起動できませんでした（${error.message}）。PATH にあることを確かめてください。`,
        en: `bash could not be started in ${cwd}: ${error.message}. Is it on PATH?`,
      });
      this.#killAll();
    });
    this.#process.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    // Writing to a shell that has just ended fails; its end is reported by the stream of its output.
    this.#process.stdin?.on('error', () => undefined);
    signal?.addEventListener('abort', this.#kill, { once: true });
    process.once('exit', this.#kill);
    this.#send(`${this.#mark}\n${preparation}`);
  }

  /** False once the shell has ended, for whatever reason. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs commands and waits for their end.
   *
   * @param timeout most milliseconds that they may take
   * @throws the signal's reason when it is aborted meanwhile; ExternalError when there is no bash
   */
  async run(commands: string, timeout: number): Promise<ShellResult> {
    this.#signal?.throwIfAborted();
    if (!this.#isOpen) throw this.#failure ?? new Error('The shell has ended: open a new one.');
    this.#chunks = [];
    this.#size = 0;
    this.#send(this.#script(commands));
    const isInTime = await this.#wait(() => this.#match() !== undefined || this.#size > outputLimit, timeout);
    const match = this.#match();
    const received = Buffer.concat(this.#chunks).toString('utf8');
    if (match?.ending.kind !== 'exited') this.#killAll();
    this.#signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    if (match === undefined) {
      const output = this.#outputOf(received).slice(0, outputLimit);
      return { output, ending: { kind: isInTime ? 'printed too much' : 'timed out' } };
    }
    return { output: this.#outputOf(received.slice(0, received.search(this.#endPattern))), ending: match.ending };
  }

  /** Lets the shell end by itself, with its exit trap, then ends everything that it left behind. */
  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#chunks = [];
      this.#process.stdin?.end();
      await this.#wait(() => this.#match()?.ending.kind === 'ended the shell', closingTime);
    }
    this.#killAll();
    if (this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null) {
      await new Promise((resolve) => this.#process.once('exit', resolve));
    }
  }

  /**
   * One line of commands around the block, so that bash has read all of it before it runs any of it: with `set -v` on,
   * what it reads is printed, which must be before the mark. The empty line is for the block before: after unfinished
   * quotes in an `eval`, bash takes the next word for no keyword, whatever it is.
   */
  #script(commands: string): string {
    const block = this.#isTracing ? `set -x\n${commands}` : commands;
    const status = `case $- in *e*) ;; *) __guide_status ${this.#lastExitCode} ;; esac`;
    const end = `builtin printf '%s' "${this.#mark}:end:$?:$-:" >&9; set +x`;
    return [
      `\n{ builtin printf '%s:start:' '${this.#mark}' >&9; ${status}; } >/dev/null 2>&1`,
      `eval ${shellWord(block)} </dev/null 9>&-`,
      `{ ${end}; } 2>/dev/null\n`,
    ].join('; ');
  }

  #send(text: string): void {
    this.#process.stdin?.write(text);
  }

  #receive(chunk: Buffer): void {
    if (this.#size > outputLimit) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#wake();
  }

  /** The end mark, if it has arrived: it is the last thing that a block's stream carries. */
  #match(): { readonly ending: Ending } | undefined {
    let tail = Buffer.alloc(0);
    for (let index = this.#chunks.length - 1; index >= 0 && tail.length < 4096; index -= 1) {
      tail = Buffer.concat([this.#chunks[index] ?? tail, tail]);
    }
    const [, kind, status, flags] = this.#endPattern.exec(tail.toString('latin1')) ?? [];
    if (kind === undefined) return undefined;
    const exitCode = Number(status);
    if (kind === 'ended') return { ending: { kind: 'ended the shell', exitCode } };
    this.#lastExitCode = exitCode;
    this.#isTracing = flags?.includes('x') ?? false;
    return { ending: { kind: 'exited', exitCode } };
  }

  #outputOf(received: string): string {
    const start = `${this.#mark}:start:`;
    return asOnTerminal(received.slice(received.indexOf(start) + start.length));
  }

  /** Waits until something is true, the shell has been killed or time is up; false if time was up. */
  #wait(isDone: () => boolean, timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), timeout);
      const settle = (isInTime: boolean) => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve(isInTime);
      };
      this.#wake = () => {
        if (!this.#isOpen || isDone()) settle(true);
      };
      this.#wake();
    });
  }

  #killAll(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#signal?.removeEventListener('abort', this.#kill);
    process.removeListener('exit', this.#kill);
    if (this.#process.pid !== undefined) killTree(this.#process.pid);
    this.#wake();
  }
}

/**
 * What a learner would see of it: bash at a prompt names no line of a script in its errors, and control characters
 * can't stand in a guide.
 */
const asOnTerminal = (output: string): string =>
  output
    .replaceAll('\r\n', '\n')
    .replace(/^bash: (?:eval: )?line \d+: /gm, 'bash: ')
    .replace(/[^\P{Cc}\t\n]/gu, '\uFFFD');
