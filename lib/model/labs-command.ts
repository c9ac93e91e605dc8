import { shellArgument } from '../core/shell-quote.ts';
import type { TargetName } from '../core/target-name.ts';
import { usesSudo } from '../platform/sudo-user.ts';

/** Options of {@link labsCommand}. */
export interface LabsCommandOptions {
  /** Arguments that follow the lab. @default none */
  readonly args?: readonly string[];
  /** Flags that follow `--on`. @default none */
  readonly flags?: readonly string[];
  /** How the terminal calls the program. @default `npx labs` */
  readonly program?: string;
  /** Whether the command needs root. @default target linux needs it for commands that change nodes or namespaces */
  readonly root?: boolean;
}

/** The commands that need root on target linux, whatever the lab. */
const rootOnLinux = ['up', 'reset', 'down', 'break', 'mend', 'rehearse'];

/**
 * A labs command, to be pasted into a shell: the target is named unless it is local, and `sudo` comes first where the
 * command needs root and the person is not root.
 *
 * @param verb for example `up`
 * @param lab the lab's id, or a placeholder in capitals
 */
export function labsCommand(
  verb: string,
  lab: string,
  target: TargetName,
  { args = [], flags = [], program = 'npx labs', root }: LabsCommandOptions = {},
): string {
  const needsRoot = root ?? (target === 'linux' && rootOnLinux.includes(verb));
  // PATH, because sudo has its own, where Node.js may be missing.
  const sudo = needsRoot && usesSudo() ? 'sudo env "PATH=$PATH" ' : '';
  const on = target === 'local' ? [] : ['--on', target];
  return `${sudo}${program} ${[verb, lab, ...args, ...on, ...flags].map(shellArgument).join(' ')}`;
}

/** A `labs node` command on a node of target linux, where it needs root. */
export const nodeCommand = (node: string, flags: readonly string[]): string =>
  // No `--on`: the node is looked for where its lab is up.
  labsCommand('node', node, 'local', { flags, root: true });
