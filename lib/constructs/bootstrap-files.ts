import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { nodeBootstrapFolder } from '../self-managed/cluster-env.ts';
import { projectFile } from '../platform/project-file.ts';

/** The shell files that make a machine a node, in the bucket of CDK's bootstrap stack. */
export class BootstrapFiles extends Construct {
  private readonly asset: Asset;
  private readonly checksums: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const folder = projectFile('bootstrap');
    this.asset = new Asset(this, 'Asset', { path: folder });
    this.checksums = checksumsOf(folder);
  }

  /** What a node may read: this object. */
  statement(): PolicyStatement {
    return new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [this.asset.bucket.arnForObjects(this.asset.s3ObjectKey)],
    });
  }

  /**
   * Shell commands that fetch the files. They run as root, so the template pins the checksum of each: a principal that
   * can write to the bucket can't change what a node runs.
   */
  fetchCommands(): readonly string[] {
    const archive = '/run/bootstrap.zip';
    return [
      `timeout 300 sh -c 'until aws s3 cp --only-show-errors "$1" "$2"; do sleep 5; done' fetch ${this.asset.s3ObjectUrl} ${archive}`,
      `mkdir -p ${nodeBootstrapFolder}`,
      `python3 -m zipfile --extract ${archive} ${nodeBootstrapFolder}`,
      `rm ${archive}`,
      `cd ${nodeBootstrapFolder}`,
      `sha256sum --check --strict --quiet <<'CHECKSUMS'\n${this.checksums}CHECKSUMS`,
      'chmod 755 ./*.sh',
      'cd /',
    ];
  }
}

function checksumsOf(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
  return files
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(path.join(folder, file)))
          .digest('hex')}  ${file}\n`,
    )
    .join('');
}
