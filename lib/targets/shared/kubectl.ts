import path from 'node:path';
import { execa } from 'execa';
import type { TargetName } from '../../core/target-name.ts';
import { environmentOf, type StartedProgram } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';
import { retry } from '../../core/retry.ts';

/** What kubectl needs of an environment's folder. */
export interface KubectlFolder {
  /** Folder with the kubectl that fits the environment. */
  readonly bin: string;
  /** The administrator's kubeconfig. */
  readonly adminKubeconfig: string;
  /** Where kubectl keeps what it learnt of the API. */
  readonly kubectlCache: string;
  /** The namespace that is meant when none is given. @default that of the kubeconfig's context */
  readonly namespace?: string;
}

/** How long a command is repeated when it isn't said otherwise, in milliseconds. */
const defaultRetryMs = 15_000;

/** Options of {@link Kubectl}. */
export interface KubectlOptions {
  /**
   * How long a command is repeated whose failure passes, such as an API server that gives no answer for a moment, in
   * milliseconds.
   *
   * @default 15 seconds
   */
  readonly retryMs?: number;
  /** Where the cluster is. @default 'local' */
  readonly target?: TargetName | undefined;
}

/** Runs the environment's own kubectl as the administrator of one environment. */
export class Kubectl {
  readonly #folder: KubectlFolder;
  readonly #retryMs: number;
  readonly #program: StartedProgram;

  constructor(folder: KubectlFolder, { retryMs = defaultRetryMs, target = 'local' }: KubectlOptions = {}) {
    this.#folder = folder;
    this.#retryMs = retryMs;
    this.#program = target === 'aws' ? 'kubectl on aws' : 'kubectl';
  }

  /**
   * Runs kubectl and returns what it printed. The command may be one that was done already, without its answer having
   * arrived.
   *
   * @throws ExternalError with kubectl's own words
   */
  run(args: readonly string[], signal: AbortSignal, input?: string): Promise<string> {
    const once = () => this.#once(args, signal, input);
    return retry(once, { isTransient: isTransientFailure, timeoutMs: this.#retryMs, pauseMs: 200, signal });
  }

  async #once(args: readonly string[], signal: AbortSignal, input?: string): Promise<string> {
    const { bin, adminKubeconfig, kubectlCache, namespace } = this.#folder;
    const where = ['--kubeconfig', adminKubeconfig, ...(namespace === undefined ? [] : ['--namespace', namespace])];
    const result = await execa(path.join(bin, 'kubectl'), [...where, ...args], {
      // It calls itself by this name in the audit log: there, the learner's kubectl is another author.
      argv0: 'labs',
      // The learner's own ~/.kube is neither read nor written.
      ...environmentOf(this.#program, { KUBECACHEDIR: kubectlCache, KUBERC: 'off' }),
      reject: false,
      cancelSignal: signal,
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
    });
    signal.throwIfAborted();
    if (!result.failed) return result.stdout;
    const [command, said] = [`kubectl ${args.slice(0, 2).join(' ')}`, result.stderr.trim() || result.shortMessage];
    throw new ExternalError({ ja: `${command} が失敗しました: ${said}`, en: `${command}: ${said}` });
  }

  /** Applies objects server-side; unknown or repeated fields are errors. Tries again while the control plane is still starting. */
  async apply(yaml: string, signal: AbortSignal, timeoutMs = 30_000): Promise<void> {
    const args = [
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=labs',
      '--validate=strict',
      '-f',
      '-',
    ];
    const applied = () => this.run(args, signal, yaml);
    await retry(applied, { isTransient: isTemporary, timeoutMs, pauseMs: 100, signal });
  }
}

/** What kubectl says of failures that pass by themselves. */
const momentary = [
  // The API server, or etcd behind it, gave no answer: it starts, or is overloaded.
  /Unable to connect to the server/,
  /The connection to the server \S+ was refused/,
  /connection (refused|reset)|connection lost|handshake timeout|i\/o timeout|(Timeout|deadline) exceeded|\bEOF\b/,
  /etcdserver: (request timed out|leader changed|no leader|server stopped)/,
  /Error from server \((ServiceUnavailable|ServerTimeout|Timeout|TooManyRequests)\)/,
  // A controller changed the object between kubectl's reading and its writing.
  /Error from server \(Conflict\)/,
];

/** Whether kubectl's words, which the error quotes, are of a failure that passes: the same may succeed in a moment. */
export const isTransientFailure = (error: unknown): boolean =>
  error instanceof Error && momentary.some((words) => words.test(error.message));

/** A field that does not exist stays wrong; a controller or a default object that is not there yet comes. */
function isTemporary(error: unknown): boolean {
  return (
    error instanceof ExternalError &&
    !/strict decoding|unknown field|field not declared in schema|duplicate field|is invalid|ValidationError|couldn't get version\/kind|no objects passed/i.test(
      error.message,
    )
  );
}
