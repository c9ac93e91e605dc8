import { readFile } from 'node:fs/promises';

/** CloudFormation's limits for one template (AWS CloudFormation User Guide, "CloudFormation quotas", read November 2026). */
const limits = { resources: 500, bytes: 1_000_000 };

/** What a template takes of CloudFormation's limits. */
export interface LimitsTaken {
  readonly resources: number;
  readonly bytes: number;
  /** The larger of both shares: 1 is the limit. */
  readonly share: number;
}

/** Reads a synthesized template. */
export async function limitsTaken(file: string): Promise<LimitsTaken> {
  const text = await readFile(file, 'utf8');
  const resources = Object.keys((JSON.parse(text) as { Resources: object }).Resources).length;
  const bytes = Buffer.byteLength(text);
  return { resources, bytes, share: Math.max(resources / limits.resources, bytes / limits.bytes) };
}
