import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Lab } from '../../model/lab.ts';
import { makeFolder } from '../../platform/sudo-user.ts';
import { writeAtomically } from '../../platform/write-atomically.ts';
import type { Settings } from '../../settings/settings.ts';
import type { LabAccess } from '../target.ts';

/** What is remembered of an environment. */
export interface EnvironmentRecord {
  /** Exact settings that it runs with. */
  readonly settings: Settings;
  /** Ids of the labs that share it. */
  readonly labs: readonly string[];
  /** Whether the lab that runs in it wants it for itself. @default false */
  readonly exclusive?: boolean;
}

/** The record of an environment that a lab has joined. */
export function withLab<Kept extends EnvironmentRecord>(record: Kept, { id, exclusive }: Lab): Kept {
  return { ...record, labs: [...record.labs, id], ...(exclusive === undefined ? {} : { exclusive }) };
}

/** The folder of one environment: all that this machine keeps of it is in here. Targets add what they keep besides. */
export class EnvironmentFolder<Kept extends EnvironmentRecord = EnvironmentRecord> {
  readonly path: string;
  /** Name of the environment. */
  readonly name: string;

  constructor(root: string, name: string) {
    this.path = path.join(root, name);
    this.name = name;
  }

  /** Folder that goes first on a learner's PATH: kubectl and labs. */
  get bin(): string {
    return this.file('bin');
  }

  /** Where kubectl keeps what it learnt of the API. */
  get kubectlCache(): string {
    return this.file('kubectl-cache');
  }

  /** The kubeconfig that the labs command itself works with. */
  get adminKubeconfig(): string {
    return this.file('admin.kubeconfig.yaml');
  }

  /** A file or folder of this environment. */
  file(...parts: string[]): string {
    return path.join(this.path, ...parts);
  }

  /** The folder of a lab that runs in this environment. */
  labFolder(lab: string): string {
    return this.file('labs', lab);
  }

  /** The objects of a lab that runs in this environment, as they were applied. */
  labObjects(lab: string): string {
    return path.join(this.labFolder(lab), 'objects.yaml');
  }

  /** The kubeconfig of a lab that runs in this environment. */
  labKubeconfig(lab: string): string {
    return path.join(this.labFolder(lab), 'kubeconfig.yaml');
  }

  /** Whether anything is there, finished or not. */
  exists(): boolean {
    return existsSync(this.path);
  }

  /** What is remembered; undefined when there is no environment, or only one that was interrupted while it was made. */
  async read(): Promise<Kept | undefined> {
    const text = await readFile(this.#record, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }

  /** Remembers the environment: what is written last makes it whole. */
  async write(record: Kept): Promise<void> {
    await makeFolder(this.path, 0o700);
    await writeAtomically(this.#record, JSON.stringify(record, undefined, 2) + '\n');
  }

  /** Makes the folder, readable by its owner only: it holds the cluster's keys. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await mkdir(this.bin, { recursive: true });
  }

  /** What is remembered of the learner in a lab goes, and all else that is kept of it, except its kubeconfig. */
  async forgetProgress(lab: string): Promise<void> {
    const folder = this.labFolder(lab);
    const kept = path.basename(this.labKubeconfig(lab));
    for (const name of await readdir(folder).catch(() => []))
      if (name !== kept) await rm(path.join(folder, name), { recursive: true, force: true });
  }

  /** Forgets a lab, and all that is kept of it. */
  async forgetLab(lab: string): Promise<void> {
    await rm(this.labFolder(lab), { recursive: true, force: true });
    const record = await this.read();
    if (record?.labs.includes(lab) === true)
      await this.write({ ...record, labs: record.labs.filter((id) => id !== lab) });
  }

  /** Settings of a lab that is in this environment; undefined when it is not. */
  async remembered(lab: string): Promise<Settings | undefined> {
    const record = await this.read();
    return record?.labs.includes(lab) === true ? record.settings : undefined;
  }

  /** How to reach a lab that is up in this environment. */
  access(lab: string, { settings }: EnvironmentRecord): LabAccess {
    const { bin, kubectlCache } = this;
    return { kubeconfig: this.labKubeconfig(lab), bin, kubectlCache, settings, folder: this.labFolder(lab) };
  }

  get #record(): string {
    return this.file('environment.json');
  }
}
