import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { projectFolder } from '../../../platform/paths.ts';
import type { LocalFolder } from '../local-folder.ts';
import { commandsOf } from '../../../platform/processes.ts';

const program = path.join(projectFolder, 'lib', 'targets', 'local', 'fargate', 'main.mjs');

/** Name of the process: as if it were a program of the environment, by which its end finds it. */
const nameIn = (folder: LocalFolder): string => folder.file('fargate-scheduler');

/** The process that imitates Fargate in one environment. */
export class FargateProcess {
  readonly #folder: LocalFolder;

  constructor(folder: LocalFolder) {
    this.#folder = folder;
  }

  /** Whether it runs. */
  async isRunning(): Promise<boolean> {
    const commands = await commandsOf(this.#folder.path);
    return commands.some(({ command }) => command.startsWith(nameIn(this.#folder)));
  }

  /**
   * Starts it, unless it runs. It waits for the control plane by itself, and outlives the command that started it.
   *
   * @param release exact Kubernetes release that its nodes are to have
   */
  async start(release: string): Promise<void> {
    if (await this.isRunning()) return;
    const log = await open(this.#folder.file('fargate.log'), 'a');
    try {
      const args = [program, path.dirname(this.#folder.path), this.#folder.name, release];
      spawn(process.execPath, args, {
        argv0: nameIn(this.#folder),
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        // Nothing that the command was given for itself, such as a debugger's port or jest's own options.
        env: { ...process.env, NODE_OPTIONS: '' },
        cwd: '/',
      }).unref();
    } finally {
      await log.close();
    }
  }
}
