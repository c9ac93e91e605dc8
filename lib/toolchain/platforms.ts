import { UsageError } from '../core/errors.ts';
import { unknownNameText } from '../core/closest.ts';

/** An operating system and processor that programs are built for, in the words of Node.js and of Go. */
export interface Platform {
  readonly name: string;
  /** As in `process.platform`. */
  readonly os: 'linux' | 'darwin';
  /** As in `process.arch`. */
  readonly arch: 'x64' | 'arm64';
  readonly goos: string;
  readonly goarch: string;
}

const platform = (os: Platform['os'], arch: Platform['arch']): Platform => ({
  name: `${os}-${arch}`,
  os,
  arch,
  goos: os,
  goarch: arch === 'x64' ? 'amd64' : arch,
});

/** Every platform that labs run on. */
export const platforms: readonly Platform[] = [
  platform('linux', 'x64'),
  platform('linux', 'arm64'),
  platform('darwin', 'x64'),
  platform('darwin', 'arm64'),
];

/** The platform of this machine. Others than {@link platforms} build with a Go of their own. */
export const thisPlatform = (): Platform =>
  platforms.find(({ os, arch }) => os === process.platform && arch === process.arch) ??
  platform(process.platform as Platform['os'], process.arch as Platform['arch']);

/**
 * The platform of that name.
 *
 * @throws UsageError that names the valid ones
 */
export function platformNamed(name: string): Platform {
  const found = platforms.find((each) => each.name === name);
  if (found === undefined) {
    const names = platforms.map((each) => each.name);
    throw new UsageError(unknownNameText({ ja: 'プラットフォーム', en: 'platform' }, name, names));
  }
  return found;
}
