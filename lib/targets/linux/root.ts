import { ExternalError } from '../../core/errors.ts';

/** @throws ExternalError on a machine that is not Linux */
export function requireLinux(): void {
  if (process.platform === 'linux') return;
  throw new ExternalError({
    ja: 'ターゲット linux には Linux が必要です。ノードが Linux カーネルの名前空間だからです。',
    en: 'Target linux needs Linux: its nodes are namespaces of the Linux kernel.',
  });
}

/**
 * Refuses what only root may do, and machines without its kernel.
 *
 * @param command the command that asks for it, with `sudo`
 * @throws ExternalError where nodes can't be had
 */
export function requireRoot(command: string): void {
  requireLinux();
  if (process.getuid?.() !== 0) {
    throw new ExternalError({
      ja: `ターゲット linux には root が必要です。名前空間とマウントを作るためです。次のように実行してください: ${command}`,
      en: `Target linux needs root: it makes namespaces and mounts. Run it with: ${command}`,
    });
  }
}
