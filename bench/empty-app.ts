import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectFolder } from '../lib/platform/paths.ts';

/** The smallest CDK app, in a folder of its own: plain JavaScript, one empty stack. */
export async function emptyAppFolder(scratch: string): Promise<string> {
  const folder = path.join(scratch, 'empty-app');
  await mkdir(folder);
  await symlink(path.join(projectFolder, 'node_modules'), path.join(folder, 'node_modules'));
  await writeFile(
    path.join(folder, 'app.cjs'),
    "const { App, Stack } = require('aws-cdk-lib');\nnew Stack(new App(), 'Empty');\n",
  );
  await writeFile(path.join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.cjs' }));
  return folder;
}
