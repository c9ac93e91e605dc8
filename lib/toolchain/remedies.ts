import type { Text } from '../core/text.ts';

/** What the archives of a pack for one Kubernetes version and platform take, in bytes: 96.6 MB on linux-x64 (December 2026). */
const packSize = 1e8;

/** A way to the programs without their sources: in Japanese as it stands before `。`. */
export const packOfAnotherMachine: Text = {
  ja: `ほかのマシンで「npx labs programs pack」が作ったフォルダー（1 バージョンで約 ${packSize / 1e6} MB）かそのアドレスを、LABS_PROGRAMS に指定する`,
  en: `set LABS_PROGRAMS to a folder or address with what 'npx labs programs pack' made on another machine (about ${packSize / 1e6} MB for one Kubernetes version)`,
};

/** A way to Go modules behind a firewall. */
export const reachableProxy: Text = {
  ja: 'GOPROXY に、このマシンから届くモジュールプロキシーを指定する',
  en: 'set GOPROXY to a module proxy that this machine reaches',
};

/** What to do where only XDG_CACHE_HOME decides which disk is used: in Japanese as it stands before `ください`. */
export const largerCacheDisk: Text = {
  ja: 'XDG_CACHE_HOME で容量の大きいディスクを指定して',
  en: 'point XDG_CACHE_HOME at a larger disk',
};
