import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { sudoUser } from '../lib/platform/sudo-user.ts';
import type { Lab } from '../lib/model/lab.ts';
import { dataFolder } from '../lib/platform/paths.ts';
import type { TargetName } from '../lib/core/target-name.ts';
import type { LabAccess } from '../lib/targets/target.ts';
import type { Output } from './output.ts';
import { labsCommand } from '../lib/model/labs-command.ts';

/** How this terminal calls the command: `labs env` puts it on PATH, and then npx is not needed. */
export const labsProgram = (env: NodeJS.ProcessEnv = process.env): string =>
  (env.PATH ?? '').split(path.delimiter).some((folder) => folder.startsWith(dataFolder + path.sep))
    ? 'labs'
    : 'npx labs';

/** The namespace that a kubeconfig's current context leads to; undefined where it can't be told. */
async function namespaceIn(kubeconfig: string): Promise<string | undefined> {
  try {
    const config = parse(await readFile(kubeconfig, 'utf8')) as {
      'current-context'?: string;
      contexts?: readonly { name: string; context: { namespace?: string } }[];
    };
    const current = config.contexts?.find(({ name }) => name === config['current-context']);
    return current === undefined ? undefined : (current.context.namespace ?? 'default');
  } catch {
    return undefined;
  }
}

/**
 * Says where the kubectl of this terminal leads, if it is not the lab that was just judged: then what the learner did is
 * somewhere else.
 */
export async function printWhereKubectlLeads(
  lab: Lab,
  target: TargetName,
  access: LabAccess,
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  // Who calls through sudo has the variable in the shell that called it.
  if (sudoUser() !== undefined) return;
  if (env.KUBECONFIG !== access.kubeconfig) {
    output.line(
      output.colors.yellow(output.message('notConnected', { lab: lab.id, env: labsCommand('env', lab.id, target) })),
    );
    return;
  }
  const other = await namespaceIn(access.kubeconfig);
  if (other === undefined || other === lab.namespace) return;
  output.line(output.colors.yellow(output.message('otherNamespace', { lab: lab.id, other, namespace: lab.namespace })));
}
