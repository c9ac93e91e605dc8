import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDiskFull, withSpace } from '../platform/disk-space.ts';
import { codeOf, ExternalError, UsageError } from '../core/errors.ts';
import type { Report } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import { shown } from './download-errors.ts';
import { download, downloadText, sha256Of } from './download.ts';
import type { LocalModule } from './local-modules.ts';
import { releaseName } from './local-modules.ts';
import { unpackArchive } from './pack-archive.ts';
import { indexFile, largestIndex, parseIndex, type PackArchive, type PackIndex } from './pack-index.ts';
import { thisPlatform } from './platforms.ts';
import { downloadsIn } from './program-folder.ts';
import { releaseAddress } from './release-address.ts';
import { largerCacheDisk } from './remedies.ts';

/** A folder of packs, on this machine or on a server. */
export interface PackSource {
  /** A folder, or an address that ends in `/`. */
  readonly location: string;
  readonly isAddress: boolean;
  /** SHA-256 that the index must have. @default any */
  readonly indexSha256?: string;
}

/** File in a folder of the cache that says which pack its programs came from. */
export const originFile = '.from';

/**
 * The packs that `LABS_PROGRAMS` names, or else those that this project publishes; undefined for neither.
 *
 * @throws UsageError when it is no folder and no address
 */
export async function packSource(
  variable = process.env.LABS_PROGRAMS ?? '',
  published = releaseAddress,
): Promise<PackSource | undefined> {
  const given = variable === '' ? published : variable;
  if (given === undefined) return undefined;
  const [, place = given, pin] = /^(.*)#sha256=(.*)$/s.exec(given) ?? [];
  if (pin !== undefined && !/^[0-9a-f]{64}$/i.test(pin)) {
    throw new UsageError({
      ja: `LABS_PROGRAMS の「#sha256=」の後ろは、16 進数 64 桁です（「npx labs programs pack」が最後に表示します）。指定されたもの: 「${pin}」`,
      en: `After '#sha256=', LABS_PROGRAMS has 64 hexadecimal digits ('npx labs programs pack' prints them last), not '${pin}'.`,
    });
  }
  const indexSha256 = pin === undefined ? {} : { indexSha256: pin.toLowerCase() };
  if (/^https?:\/\//i.test(place) && URL.canParse(place)) {
    const base = place.replace(/\/index\.json$/, '').replace(/\/*$/, '/');
    return { location: base, isAddress: true, ...indexSha256 };
  }
  const folder = path.resolve(place);
  if (
    await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
  ) {
    return { location: folder, isAddress: false, ...indexSha256 };
  }
  throw new UsageError({
    ja: `LABS_PROGRAMS の「${place}」は、フォルダーでも http(s) のアドレスでもありません。「npx labs programs pack」が作ったフォルダーか、そのアドレスを指定してください。`,
    en: `'${place}' in LABS_PROGRAMS is no folder and no http or https address. Set it to a folder that 'npx labs programs pack' made, or to its address.`,
  });
}

/**
 * Reads what packs there are.
 *
 * @throws ExternalError when there is no index, or it is not the one that is pinned
 */
export async function readIndex(source: PackSource, signal: AbortSignal): Promise<PackIndex> {
  const from = placeOf(source, indexFile);
  const text = source.isAddress
    ? await downloadText(from, { limit: largestIndex, signal })
    : await readFile(from, 'utf8').catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
        throw new ExternalError({
          ja: `${source.location} に ${indexFile} がないので、パックのフォルダーではありません。LABS_PROGRAMS に、「npx labs programs pack」が作ったフォルダーを指定してください。`,
          en: `${source.location} has no ${indexFile}, so it is no folder of packs. Set LABS_PROGRAMS to a folder that 'npx labs programs pack' made.`,
        });
      });
  const sha256 = createHash('sha256').update(text).digest('hex');
  if (source.indexSha256 !== undefined && sha256 !== source.indexSha256) {
    throw new ExternalError({
      ja: `${nameOf(source, indexFile)} は、LABS_PROGRAMS が指定するものではありません（SHA-256 は ${sha256}）。何もダウンロードしません。アドレスと「#sha256=」を確かめてください。`,
      en: `${nameOf(source, indexFile)} is not the one that LABS_PROGRAMS pins: its SHA-256 is ${sha256}. Nothing is taken from there. Check the address and '#sha256='.`,
    });
  }
  return parseIndex(text, nameOf(source, indexFile));
}

/**
 * The archive of a module's programs.
 *
 * @throws ExternalError when the packs are of another release, platform or version
 */
export async function archiveOf(module: LocalModule, index: PackIndex, source: PackSource): Promise<PackArchive> {
  const found = index.archives.find(({ name }) => name === module.name);
  if (found !== undefined) return found;
  throw new ExternalError(await whyMissing(module, index, nameOf(source)));
}

async function whyMissing({ versions }: LocalModule, { release, archives }: PackIndex, from: string): Promise<Text> {
  const make: Text = {
    ja: '必要なものを作るには、このリポジトリの同じ版で「npx labs programs pack」を実行します。',
    en: "Make what is needed with 'npx labs programs pack' of this same release.",
  };
  const own = await releaseName();
  if (release !== own) {
    return {
      ja: `${from} のプログラムは、このリポジトリの別の版（${release}）のもので、この版（${own}）では使えません。${make.ja}`,
      en: `The programs of ${from} are of another release of this project (${release}) than this one (${own}). ${make.en}`,
    };
  }
  const platform = thisPlatform().name;
  const platforms = [...new Set(archives.map((archive) => archive.platform))];
  if (!platforms.includes(platform)) {
    return {
      ja: `${from} には、このマシン（${platform}）のプログラムがありません。あるもの: ${platforms.join(', ')}。${make.ja}`,
      en: `${from} has no programs for this machine (${platform}), only for ${platforms.join(', ')}. ${make.en}`,
    };
  }
  const there = new Set(
    archives.filter((archive) => archive.platform === platform).flatMap((archive) => archive.kubernetes),
  );
  return {
    ja: `${from} には、Kubernetes ${versions.join(', ')} のプログラムがありません。あるもの: ${[...there].join(', ')}。${make.ja}`,
    en: `${from} has no programs of Kubernetes ${versions.join(', ')}, only of ${[...there].join(', ')}. ${make.en}`,
  };
}

/**
 * Brings the programs of an archive into a folder, once all of the archive was verified.
 *
 * @throws ExternalError when it can't be had, or is not what the index says
 */
export async function bringArchive(
  archive: PackArchive,
  source: PackSource,
  cache: string,
  folder: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const bytes = archive.size + archive.unpackedSize;
  const need = { folder: cache, bytes, what: { ja: 'プログラム', en: 'The programs' }, remedy: largerCacheDisk };
  const from = placeOf(source, archive.file);
  // Named after its content: what another attempt or another address brought of it is used.
  const file = source.isAddress ? path.join(downloadsIn(cache), archive.sha256) : from;
  await withSpace(need, async () => {
    try {
      if (source.isAddress) await download(from, file, { size: archive.size, report, signal });
      await verify(archive, file, nameOf(source, archive.file), report);
      report({ ja: '展開しています', en: 'unpacking' });
      await unpackArchive(file, folder, archive.programs, archive.unpackedSize, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (source.isAddress && (isDiskFull(error) || error instanceof BrokenArchiveError))
        await rm(file, { force: true });
      if (error instanceof ExternalError || /^E[A-Z0-9]+$/.test(codeOf(error) ?? '')) throw error;
      throw new BrokenArchiveError(broken(nameOf(source, archive.file), error instanceof Error ? error.message : ''));
    }
  });
  if (source.isAddress) await rm(file, { force: true });
  await writeFile(path.join(folder, originFile), `${nameOf(source)}\n`);
}

class BrokenArchiveError extends ExternalError {}

async function verify({ size, sha256 }: PackArchive, file: string, name: string, report: Report): Promise<void> {
  report({ ja: '検証しています', en: 'verifying' });
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new BrokenArchiveError(broken(name, 'it is not there'));
  if (found.size !== size) {
    throw new BrokenArchiveError(broken(name, `it has ${found.size} bytes instead of ${size}`));
  }
  const hash = await sha256Of(createReadStream(file, { highWaterMark: 1 << 20 }));
  if (hash !== sha256) throw new BrokenArchiveError(broken(name, `its SHA-256 is ${hash} instead of ${sha256}`));
}

const broken = (name: string, reason: string): Text => ({
  ja: `${name} は、索引にあるアーカイブではありません（${reason}）。使いませんでした。もう一度実行してください。それでも同じなら、「npx labs programs pack」で作り直すか、コピーし直してください。`,
  en: `${name} is not the archive that its index names: ${reason}. It was not used. Run the command again; if it is the same then, make the pack again with 'npx labs programs pack', or copy it again.`,
});

const placeOf = ({ location, isAddress }: PackSource, file: string): string =>
  isAddress ? new URL(file, location).href : path.join(location, file);

/** A source, or a file of it, as it may be printed. */
export const nameOf = (source: PackSource, file = ''): string =>
  source.isAddress ? shown(placeOf(source, file)) : path.join(source.location, file);
