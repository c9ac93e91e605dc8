import { execa } from 'execa';
import { ExternalError } from '../../core/errors.ts';
import { environmentOf } from '../../platform/program-environment.ts';
import type { Text } from '../../core/text.ts';
import { killGroup } from '../../platform/processes.ts';
import { endOfReason } from './component-logs.ts';
import type { LocalFolder } from './local-folder.ts';

/** How long a command of kwokctl may take, in milliseconds. */
const timeout = 120_000;

/** Runs kwokctl on one environment, apart from all other clusters of it that a learner may have. */
export class Kwokctl {
  readonly #folder: LocalFolder;

  constructor(folder: LocalFolder) {
    this.#folder = folder;
  }

  /**
   * Runs one command of kwokctl to its end; its process has been started when this returns its promise.
   *
   * @throws ExternalError with what kwokctl said, and the end of the log that has the reason
   */
  async run(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
    const child = execa(program, [...args, '--name', this.#folder.name], {
      ...environmentOf('control plane', {
        // Not KWOK_WORKDIR, which kwokctl reads up to the first space: on macOS the data folder's path has one.
        HOME: this.#folder.path,
        // kwokctl runs `kubectl kustomize`, and must not meet the learner's own kubectl, which may be years older.
        PATH: this.#folder.bin,
      }),
      reject: false,
      stdin: 'ignore',
      all: true,
      // A group of its own: Ctrl-C reaches this process only, which then cleans up in order.
      detached: true,
      timeout,
    });
    const kill = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      const result = await child;
      signal.throwIfAborted();
      if (result.timedOut) kill();
      if (result.failed) throw new ExternalError(await this.#explain(result.all || result.shortMessage || ''));
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  async #explain(output: string): Promise<Text> {
    const messages = output.split('\n').flatMap((line) => errorIn(line) ?? []);
    const detail = [...new Set(messages)].slice(-3).join('\n');
    if (/no space left on device/i.test(output)) {
      return {
        ja: `${this.#folder.path} のディスクがいっぱいです。空きを作って、もう一度実行してください。\n${detail}`,
        en: `The disk of ${this.#folder.path} is full. Free some space and run the command again.\n${detail}`,
      };
    }
    const inUse: Text = /address already in use|port .*in use/i.test(output)
      ? {
          ja: '使用中のポートがあります。もう一度実行するか、API サーバーのポートを --port で指定してください。',
          en: " A port is taken: run the command again, or choose the API server's port with --port.",
        }
      : { ja: '', en: '' };
    const log = await endOfReason(this.#folder);
    return {
      ja: `kwokctl がコントロールプレーンを起動できませんでした。${inUse.ja}\n${detail}${log.ja}`,
      en: `kwokctl could not start the control plane.${inUse.en}\n${detail}${log.en}`,
    };
  }
}

/** What a line of kwokctl's own log, in JSON, gives as an error. */
function errorIn(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: string; msg?: string; err?: string };
    return entry.level === 'ERROR' ? (entry.err ?? entry.msg) : undefined;
  } catch {
    return /error/i.test(line) ? line : undefined;
  }
}
