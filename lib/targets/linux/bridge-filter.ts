import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';

/**
 * Loads the module that shows bridged packets to iptables, which a node can't.
 *
 * @throws ExternalError when it can't be loaded
 */
export async function requireBridgeFilter(): Promise<void> {
  const setting = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  const there = () =>
    readFile(setting).then(
      () => true,
      () => false,
    );
  if (await there()) return;
  await execa('modprobe', ['-a', 'br_netfilter', 'overlay'], { ...environmentOf('system'), reject: false });
  if (await there()) return;
  throw new ExternalError({
    ja: 'Service に必要なカーネルモジュール br_netfilter をロードできませんでした。ロードするには: sudo modprobe br_netfilter',
    en: 'Services need the kernel module br_netfilter, which could not be loaded. Load it with: sudo modprobe br_netfilter',
  });
}
