import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../platform/write-atomically.ts';
import type { Settings } from '../../settings/settings.ts';

/** What is remembered of a running local environment. */
export interface EnvironmentRecord {
  readonly settings: Settings;
  /** Ids of the labs that share it. */
  readonly labs: readonly string[];
  /** Whether the lab that runs in it wants it for itself. @default false */
  readonly exclusive?: boolean;
}

/** The folder of one local environment: all that it keeps on the disk is in here. */
export class EnvironmentFolder {
  readonly path: string;
  /** Name of the environment, and of kwokctl's cluster. */
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

  /** kwokctl's own folder: the one it takes when this environment's folder is its home. */
  get kwokWorkdir(): string {
    return this.file('.kwok');
  }

  /** The folder in which kwokctl keeps this cluster: data, keys, logs. */
  get clusterFolder(): string {
    return path.join(this.kwokWorkdir, 'clusters', this.name);
  }

  /** The administrator's kubeconfig that kwokctl writes. */
  get adminKubeconfig(): string {
    return this.file('admin.kubeconfig.yaml');
  }

  /** The nodes and kube-system objects, as they were made. */
  get objects(): string {
    return this.file('objects.yaml');
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
  async read(): Promise<EnvironmentRecord | undefined> {
    const text = await readFile(this.file('environment.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as EnvironmentRecord);
  }

  /** Remembers the environment, in one rename: what is written last makes it whole. */
  async write(record: EnvironmentRecord): Promise<void> {
    await writeAtomically(this.file('environment.json'), JSON.stringify(record, undefined, 2) + '\n');
  }

  /** Makes the folder, readable by its owner only: it holds the cluster's keys. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await mkdir(this.bin, { recursive: true });
  }
}
