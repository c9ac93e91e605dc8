import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { withSpace } from '../platform/disk-space.ts';
import { codeOf, ExternalError } from '../core/errors.ts';
import type { Report } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import { NotFoundError } from './download-errors.ts';
import { download } from './download.ts';
import { unpackGo } from './go-archive.ts';
import { parseGoProxies } from './go-proxies.ts';
import {
  goHashes,
  goVersion,
  largestToolchain,
  toolchainArchive,
  toolchainDownload,
  toolchainModulePath,
} from './go-release.ts';
import { thisPlatform, type Platform } from './platforms.ts';
import { downloadsIn, makeProgramFolder } from './program-folder.ts';
import { largerCacheDisk, packOfAnotherMachine, reachableProxy } from './remedies.ts';

/** Where the cache has the Go toolchain that was fetched: its GOROOT. */
export const goFolder = (cache: string, platform: Platform = thisPlatform()): string =>
  path.join(cache, 'go', `go${goVersion}-${platform.name}`);

/** Where a toolchain is fetched from, and what is expected. */
export interface GoRelease {
  /** Go's own archive. */
  readonly archive: string;
  /** Content hash; undefined where none is pinned for this machine. */
  readonly hash: string | undefined;
}

const pinned = (platform: Platform): GoRelease => ({
  archive: toolchainArchive(platform),
  hash: goHashes[platform.name],
});

/**
 * Fetches the pinned Go toolchain unless it is in the cache, and returns its GOROOT. It is asked of the module proxies that
 * GOPROXY names, or else of go.dev, and appears in the cache as a whole or not at all.
 *
 * @param goProxy value of GOPROXY; `direct` stands for go.dev
 * @throws ExternalError when it can't be had, or is not what is pinned
 */
export async function fetchGo(
  cache: string,
  goProxy: string,
  report: Report,
  signal: AbortSignal,
  release: GoRelease = pinned(thisPlatform()),
): Promise<string> {
  const folder = goFolder(cache);
  if (existsSync(folder)) return folder;
  // Before anything is made in the cache.
  if (release.hash === undefined) throw new ExternalError(unknownPlatform(thisPlatform()));
  const addresses = addressesOf(goProxy, release);
  const need = { folder: cache, bytes: largestToolchain, what: toolchain, remedy: largerCacheDisk };
  await makeProgramFolder(folder, report, signal, (unfinished) =>
    withSpace(need, async () => {
      const file = await downloadFirst(cache, addresses, report, signal);
      report({ ja: '展開しています', en: 'unpacking' });
      try {
        const hash = await unpackGo(file, unfinished, signal);
        if (hash !== release.hash) throw new Error(`its content has the hash ${hash} instead of ${release.hash}`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ExternalError || isSystemError(error)) throw error;
        throw new ExternalError(notGo(error instanceof Error ? error.message : String(error)));
      } finally {
        await rm(file, { force: true });
      }
    }),
  );
  return folder;
}

const toolchain: Text = { ja: 'Go のツールチェーン', en: 'The Go toolchain' };

interface Address {
  readonly address: string;
  readonly orAnyFailure: boolean;
}

/** @throws ExternalError when GOPROXY forbids downloads, and no address comes before that */
function addressesOf(goProxy: string, { archive }: GoRelease): readonly Address[] {
  if (goProxy === '') return [{ address: archive, orAnyFailure: false }];
  const { proxies, off } = parseGoProxies(goProxy);
  if (off && proxies.length === 0)
    throw new ExternalError(unreachable({ ja: 'GOPROXY=off です。', en: 'GOPROXY is off.' }));
  return proxies.map(({ address, orAnyFailure }) => ({
    address: address === 'direct' ? archive : `${address.replace(/\/$/, '')}/${toolchainModulePath(thisPlatform())}`,
    orAnyFailure,
  }));
}

async function downloadFirst(
  cache: string,
  addresses: readonly Address[],
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  let failure: ExternalError | undefined;
  for (const { address, orAnyFailure } of addresses) {
    const name = createHash('sha256').update(address).digest('hex').slice(0, 12);
    const file = path.join(downloadsIn(cache), `go-${name}${address.endsWith('.zip') ? '.zip' : '.tar.gz'}`);
    try {
      await download(address, file, { report, signal });
      return file;
    } catch (error) {
      if (!(error instanceof ExternalError)) throw error;
      failure = error;
      if (!(error instanceof NotFoundError) && !orAnyFailure) break;
    }
  }
  throw new ExternalError(unreachable(failure?.text ?? { ja: 'GOPROXY が空です。', en: 'GOPROXY is empty.' }));
}

/** Whether the operating system refused something, such as a write to a full disk. A broken archive has codes of zlib (`Z_…`). */
const isSystemError = (error: unknown): boolean => /^E[A-Z0-9]+$/.test(codeOf(error) ?? '');

/** What else there is to do than to fetch Go. */
const otherWays: Text = {
  ja: `次のどれかで、もう一度実行してください。${reachableProxy.ja}。Go ${goVersion} 以降（https://go.dev/dl）をインストールする。${packOfAnotherMachine.ja}。`,
  en: `Do one of these, and run the command again: ${reachableProxy.en}; install Go ${goVersion} or later (https://go.dev/dl); or ${packOfAnotherMachine.en}.`,
};

const unreachable = (reason: Text): Text => ({
  ja: `プログラムをビルドする Go ${goVersion}（約 ${Math.round(toolchainDownload / 1e6)} MB）が必要です。PATH に十分に新しい Go はなく、モジュールプロキシー（GOPROXY）からも go.dev からも取得できませんでした。${reason.ja}\n${otherWays.ja}`,
  en: `Building the programs takes Go ${goVersion} (about ${Math.round(toolchainDownload / 1e6)} MB). None that is new enough is on PATH, and it could be had neither from a module proxy (GOPROXY) nor from go.dev. ${reason.en}\n${otherWays.en}`,
});

const notGo = (reason: string): Text => ({
  ja: `ダウンロードしたものは Go ${goVersion} のツールチェーンではありません（${reason}）。使わずに削除しました。GOPROXY とネットワークを確かめてください。\n${otherWays.ja}`,
  en: `What was downloaded is not the toolchain of Go ${goVersion} (${reason}). It was removed and not used. Check GOPROXY and the network.\n${otherWays.en}`,
});

const unknownPlatform = ({ name }: Platform): Text => ({
  ja: `${name} の Go は、自動では取得できません。Go ${goVersion} 以降（https://go.dev/dl）をインストールして、もう一度実行してください。`,
  en: `Go for ${name} is not fetched by itself. Install Go ${goVersion} or later (https://go.dev/dl), and run the command again.`,
});
