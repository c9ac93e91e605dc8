import path from 'node:path';
import type { Platform } from './platforms.ts';

/** Variables of Go that a learner's environment, or `go env -w`, passes on to a build, with the reason. */
const passedOn = [
  // Where modules come from, and how a company's proxy is asked for them.
  'GOPROXY',
  'GONOPROXY',
  'GOPRIVATE',
  'GOINSECURE',
  'GOAUTH',
  // Which checksum database is asked. Modules are checked against go.sum whatever these say.
  'GOSUMDB',
  'GONOSUMDB',
  // Where Go keeps what it downloaded and compiled: its caches are large, and shared with a learner's own work.
  'GOCACHE',
  'GOMODCACHE',
  'GOPATH',
  'GOTMPDIR',
] as const;

/** Values of {@link passedOn}, by name. */
export type GoSettings = Readonly<Partial<Record<(typeof passedOn)[number], string>>>;

/** Names of the variables to ask `go env` for. */
export const goSettingNames: readonly string[] = passedOn;

/** The settings that are in the environment itself. */
export const settingsInEnvironment = (env: NodeJS.ProcessEnv): GoSettings =>
  Object.fromEntries(passedOn.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));

/** Properties of {@link goEnvironment}. */
export interface GoEnvironmentOptions {
  readonly settings: GoSettings;
  readonly platform: Platform;
  readonly cgo: boolean;
  /** Folder for Go's caches where neither its settings nor HOME says where they are. */
  readonly cache: string;
}

/**
 * The environment of a build: what is not Go's (PATH, HOME, proxies, certificates, the C compiler), the settings that are
 * passed on, and nothing else of a learner's that could change what is built: no GOFLAGS, GOEXPERIMENT, GOAMD64, workspace or
 * file of `go env -w`.
 */
export function goEnvironment(
  env: NodeJS.ProcessEnv,
  { settings, platform, cgo, cache }: GoEnvironmentOptions,
): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !/^(GO[A-Z0-9]|CGO_)/.test(name));
  const homeless = env.HOME === undefined || env.HOME === '';
  return {
    ...Object.fromEntries(others),
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
