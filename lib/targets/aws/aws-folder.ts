import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentFolder, type EnvironmentRecord } from '../shared/environment-folder.ts';
import { parseSettings } from '../../settings/settings.ts';
import type { AccountRegion } from './account-region.ts';

/** What is remembered of an environment on AWS; no lab is in it while it is being made or removed. */
export interface AwsRecord extends EnvironmentRecord, AccountRegion {
  /** The profile that was chosen with AWS_PROFILE. @default none was */
  readonly profile?: string;
  /** The stack's ARN, as far as it was seen. */
  readonly stackId?: string;
}

/** The folder of one environment on AWS. */
export class AwsFolder extends EnvironmentFolder<AwsRecord> {
  /** Where the CDK writes the template: a place of its own, so that it waits for no other run of the CDK. */
  get cdkOutput(): string {
    return this.file('cdk.out');
  }

  /** Puts kubectl into {@link bin}. */
  async linkKubectl(file: string): Promise<void> {
    await mkdir(this.bin, { recursive: true });
    await rm(path.join(this.bin, 'kubectl'), { force: true });
    await symlink(file, path.join(this.bin, 'kubectl'));
  }

  /** What is remembered. A setting that came with a later version has its default. */
  override async read(): Promise<AwsRecord | undefined> {
    const record = await super.read();
    return record && { ...record, settings: { ...parseSettings({}), ...record.settings } };
  }

  /** Forgets the environment. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
