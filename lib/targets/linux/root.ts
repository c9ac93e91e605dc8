import { SurroundingsError } from '../../errors.ts';

/**
 * Refuses what only root may do, and machines without its kernel.
 *
 * @param command how it was asked for, after `npx labs`
 * @throws SurroundingsError where nodes can't be had
 */
export function requireRoot(command: string): void {
  if (process.platform !== 'linux') {
    throw new SurroundingsError('Target linux needs Linux: its nodes are namespaces of the Linux kernel.');
  }
  if (process.getuid?.() !== 0) {
    throw new SurroundingsError(
      `Target linux needs root: it makes namespaces and mounts. Run it with: sudo env "PATH=$PATH" npx labs ${command}`,
    );
  }
}
