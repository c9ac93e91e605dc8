import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../platform/write-atomically.ts';
import type { Settings } from '../../settings/settings.ts';
import type { AccountRegion } from './account-region.ts';

/** What is remembered of an environment on AWS. */
export interface AwsRecord extends AccountRegion {
  /** The profile that was chosen with AWS_PROFILE. @default none was */
  readonly profile?: string;
  /** Exact settings that the stack was deployed with. */
  readonly settings: Settings;
  /** Ids of the labs that are in it; none while it is being made or removed. */
  readonly labs: readonly string[];
  /** Whether the lab that runs in it wants it for itself. @default false */
  readonly exclusive?: boolean;
  /** The stack's ARN, as far as it was seen. */
  readonly stackId?: string;
}

/** The folder of one environment on AWS: all that is kept of it on this machine. */
export class AwsFolder {
  readonly path: string;

  constructor(root: string, environment: string) {
    this.path = path.join(root, environment);
  }

  /** Folder that goes first on a learner's PATH: the kubectl that fits, and labs. */
  get bin(): string {
    return path.join(this.path, 'bin');
  }

  /** Where kubectl keeps what it learnt of the API. */
  get kubectlCache(): string {
    return path.join(this.path, 'kubectl-cache');
  }

  /** The kubeconfig that the labs command itself works with. */
  get adminKubeconfig(): string {
    return path.join(this.path, 'admin.kubeconfig.yaml');
  }

  /** Where the CDK writes the template: a place of its own, so that it waits for no other run of the CDK. */
  get cdkOutput(): string {
    return path.join(this.path, 'cdk.out');
  }

  /** The folder of a lab that runs in this environment. */
  labFolder(lab: string): string {
    return path.join(this.path, 'labs', lab);
  }

  /** The kubeconfig of a lab that runs in this environment. */
  labKubeconfig(lab: string): string {
    return path.join(this.labFolder(lab), 'kubeconfig.yaml');
  }

  /** What is remembered; undefined when there is no environment. */
  async read(): Promise<AwsRecord | undefined> {
    const text = await readFile(this.#record, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as AwsRecord);
  }

  /** Remembers the environment, in one rename. */
  async write(record: AwsRecord): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await writeAtomically(this.#record, JSON.stringify(record, undefined, 2) + '\n');
  }

  /** Forgets a lab, and all that was kept of it. */
  async forgetLab(lab: string): Promise<void> {
    await rm(this.labFolder(lab), { recursive: true, force: true });
    const record = await this.read();
    if (record !== undefined) await this.write({ ...record, labs: record.labs.filter((id) => id !== lab) });
  }

  /** Puts kubectl into {@link bin}. */
  async linkKubectl(file: string): Promise<void> {
    await mkdir(this.bin, { recursive: true });
    await rm(path.join(this.bin, 'kubectl'), { force: true });
    await symlink(file, path.join(this.bin, 'kubectl'));
  }

  /** Forgets the environment. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  get #record(): string {
    return path.join(this.path, 'environment.json');
  }
}
