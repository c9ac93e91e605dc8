import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { environmentOf } from '../../../platform/program-environment.ts';
import { projectFolder } from '../../../platform/paths.ts';
import type { LocalFolder } from '../local-folder.ts';
import { commandsOf } from '../../../platform/processes.ts';
import { keptRunning } from '../keep-running.ts';

const program = path.join(projectFolder, 'lib', 'targets', 'local', 'fargate', 'main.mjs');

/** Where the process is started from: as a program of the environment, by which its end finds it. */
const folderIn = (folder: LocalFolder): string => folder.file('keep-running');

const name = 'fargate-scheduler';

/** The process that imitates Fargate in one environment. */
export class FargateProcess {
  readonly #folder: LocalFolder;

  constructor(folder: LocalFolder) {
    this.#folder = folder;
  }

  /** Whether it runs. */
  async isRunning(): Promise<boolean> {
    const commands = await commandsOf(this.#folder.path);
    return commands.some(({ command }) => command.includes(`${folderIn(this.#folder)}/${name}`));
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
      spawn(await keptRunning(folderIn(this.#folder), process.execPath, name), args, {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...environmentOf('helper'),
        cwd: '/',
      }).unref();
    } finally {
      await log.close();
    }
  }
}
