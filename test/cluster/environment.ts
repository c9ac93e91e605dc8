import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe } from '@jest/globals';
import { execa } from 'execa';
import { openCluster, type Cluster } from '../../lib/model/cluster.ts';
import { ExternalError } from '../../lib/core/errors.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { cacheFolder } from '../../lib/platform/paths.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import type { Step } from '../../lib/core/step.ts';
import { planInstallation } from '../../lib/toolchain/install.ts';
import { LocalTarget } from '../../lib/targets/local/local-target.ts';
import { endProcessesOf } from '../../lib/platform/processes.ts';
import { processEnvironment, type LabAccess, type UpOptions } from '../../lib/targets/target.ts';
import { kubernetesVersions, type KubernetesVersionName } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { inEnglish } from '../in-english.ts';

/** How long a build of the local control plane may take, in milliseconds. */
export const buildTime = 30 * 60_000;

const isMac = process.platform === 'darwin';

/** Prints past jest, which would show where a message comes from, and only at the end. */
const print = (text: string) => process.stderr.write(`${text}\n`);

/** Why no control plane can be had here; undefined when one can. */
async function whyNot(): Promise<string | undefined> {
  try {
    await planInstallation(kubernetesVersions[0], cacheFolder);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return error.message;
  }
}

const reason = await whyNot();
if (reason !== undefined) {
  if (process.env.CI === 'true') throw new Error(`The cluster tests can't run, which CI does not accept. ${reason}`);
  print(`The cluster tests are skipped. ${reason}`);
}

/** `describe` where a control plane can be had; elsewhere it skips, and the reason has been printed. */
export const describeCluster = reason === undefined ? describe : describe.skip;

/** Builds what is missing of the local control plane. Takes minutes the first time, and nothing after that. */
export async function installPrograms(version: KubernetesVersionName): Promise<void> {
  const { steps } = await planInstallation(version, cacheFolder);
  if (steps.length > 0) print(`Building the local control plane of Kubernetes ${version}; this takes minutes, once.`);
  await runAll(steps);
}

/** Runs steps to their end; returns what they said. */
export async function runAll(
  steps: readonly Step[],
  signal: AbortSignal = new AbortController().signal,
): Promise<string[]> {
  const said: string[] = [];
  for (const step of steps) {
    const result = (await step.run(() => undefined, signal)) ?? '';
    said.push(inEnglish(result));
  }
  return said;
}

/** A place of its own for environments, and a home folder that nobody has used. */
export class Machine {
  readonly target: LocalTarget;
  /** Data folder of the environments, where a `labs` command with {@link env} looks for them too. */
  readonly data: string;
  readonly home: string;
  /** The environment of a `labs` command that is to use this machine's folders, and the programs that are built already. */
  readonly env: NodeJS.ProcessEnv;
  readonly #root: string;
  readonly #originalHome = process.env.HOME;

  private constructor(root: string) {
    this.#root = root;
    this.home = path.join(root, 'home');
    const name = path.basename(cacheFolder);
    const dataHome = isMac ? path.join(this.home, 'Library', 'Application Support') : path.join(root, 'data');
    this.data = path.join(dataHome, name);
    this.target = new LocalTarget({ data: this.data });
    this.env = {
      PATH: process.env.PATH,
      HOME: this.home,
      XDG_DATA_HOME: dataHome,
      XDG_CACHE_HOME: path.dirname(cacheFolder),
      LANG: 'C.UTF-8',
    };
    process.env.HOME = this.home;
  }

  /** Build programs first: Go keeps its caches in the home folder. */
  static async make(): Promise<Machine> {
    // The name holds a space, as that of the data folder does on macOS.
    const machine = new Machine(await temporaryFolder('machine'));
    const caches = path.join(machine.home, 'Library', 'Caches');
    await mkdir(isMac ? caches : machine.home, { recursive: true });
    if (isMac) await symlink(cacheFolder, path.join(caches, path.basename(cacheFolder)));
    return machine;
  }

  /** Folder of the environment that a lab runs in. */
  environmentFolder(lab: Lab): string {
    return path.join(this.data, 'local', lab.environment.id);
  }

  async up(lab: Lab, settings: Settings, options: UpOptions = {}): Promise<LabAccess> {
    await runAll(await this.target.up(lab, settings, options));
    return this.target.access(lab);
  }

  /** Ends everything, whatever state it is in. */
  async remove(): Promise<void> {
    await endProcessesOf(this.data);
    process.env.HOME = this.#originalHome;
    await removeFolder(this.#root);
  }
}

/** What a command printed, both streams together, and its exit code. */
export interface Printed {
  readonly text: string;
  readonly code: number | undefined;
}

/** Runs kubectl as a learner's shell does. */
export async function kubectl(access: LabAccess, command: string, input = ''): Promise<Printed> {
  const result = await execa(path.join(access.bin, 'kubectl'), splitWords(command), {
    env: processEnvironment(access),
    extendEnv: false,
    reject: false,
    all: true,
    input,
  });
  return { text: result.all, code: result.exitCode };
}

/** Runs kubectl and returns what it printed; throws when it fails. */
export async function kubectlDone(access: LabAccess, command: string, input = ''): Promise<string> {
  const { text, code } = await kubectl(access, command, input);
  if (code !== 0) throw new Error(`kubectl ${command}: ${text}`);
  return text;
}

/** Words that are parted by spaces, some of them in single quotes. */
const splitWords = (command: string): string[] =>
  [...command.matchAll(/(?:[^\s']+|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''));

/** The cluster as a check of that lab sees it. */
export const clusterOf = (access: LabAccess, lab: Lab): Cluster =>
  openCluster(access.kubeconfig, lab.namespace, access.nodes);
