import path from 'node:path';
import { goSettingNames, isAbsolute, variablesFor } from '../platform/program-environment.ts';
import type { Platform } from './platforms.ts';

/** Settings of Go that are passed on, by name. */
export type GoSettings = Readonly<Partial<Record<(typeof goSettingNames)[number], string>>>;

/** Folders that Go refuses to use when they are relative. */
const folderSettings: readonly string[] = ['GOCACHE', 'GOMODCACHE', 'GOPATH', 'GOTMPDIR'];

/** Of values by name, the settings that are passed on, without those that Go would refuse. */
export const usableSettings = (values: Readonly<Record<string, string | undefined>>): GoSettings =>
  Object.fromEntries(
    goSettingNames.flatMap((name) => {
      const value = values[name] ?? '';
      return value === '' || (folderSettings.includes(name) && !isAbsolute(value)) ? [] : [[name, value]];
    }),
  );

/** The settings that are in the environment itself. */
export const settingsInEnvironment = (): GoSettings => usableSettings(variablesFor('go env'));

/** Properties of {@link goEnvironment}. */
export interface GoEnvironmentOptions {
  readonly settings: GoSettings;
  readonly platform: Platform;
  readonly cgo: boolean;
  /** Folder for Go's caches where neither its settings nor HOME says where they are. */
  readonly cache: string;
}

/**
 * The environment of a build: what `seen` has (PATH, HOME, proxies, certificates, the C compiler), the settings that are
 * passed on, and nothing else of a learner's that could change what is built: no GOFLAGS, GOEXPERIMENT, GOAMD64, workspace or
 * file of `go env -w`.
 */
export function goEnvironment(
  seen: Readonly<Record<string, string>>,
  { settings, platform, cgo, cache }: GoEnvironmentOptions,
): Record<string, string> {
  const homeless = seen.HOME === undefined || seen.HOME === '';
  return {
    ...seen,
    ...(homeless ? { GOPATH: path.join(cache, 'go-path'), GOCACHE: path.join(cache, 'go-build') } : {}),
    ...settings,
    GOENV: 'off',
    GOWORK: 'off',
    GOFLAGS: '-buildvcs=false',
    // The Go that was chosen, and no other that it would download.
    GOTOOLCHAIN: 'local',
    GOOS: platform.goos,
    GOARCH: platform.goarch,
    CGO_ENABLED: cgo ? '1' : '0',
    // A compiler or linker that collects no garbage is done sooner (a tenth, measured); at this size it begins to.
    GOGC: 'off',
    GOMEMLIMIT: '1GiB',
  };
}
