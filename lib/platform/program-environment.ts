import path from 'node:path';

/** Settings of Go that a learner's environment, or `go env -w`, passes on to a build. */
export const goSettingNames = [
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

/**
 * Variables by what they are for. A name that ends in `*` stands for all that begin so. The list is closed: a variable
 * that is not here reaches no program, so neither `ETCD_NAME` nor `BASH_ENV`, `KUBECONFIG`, `LD_PRELOAD` or an exported
 * function of bash changes what a lab does.
 */
const groups = {
  /** Who runs it, and where programs and temporary files are. */
  machine: ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ'],
  /** The language that people read. */
  locale: ['LANG', 'LANGUAGE', 'LC_*'],
  /** How the internet is reached (Go and the AWS CLI read both spellings), and which authorities are trusted. */
  network: [
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
    ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
    ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ],
  /** Authorities that Node.js trusts besides its own (Node.js, "Command-line API", November 2026). */
  node: ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA'],
  /**
   * Whose account is used, and how AWS is reached (AWS CLI, "Environment variables", November 2026). What changes the form
   * of an answer, such as AWS_DEFAULT_OUTPUT, is left out.
   */
  aws: [
    ...['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'],
    ...[
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_ACCOUNT_ID',
      'AWS_CREDENTIAL_EXPIRATION',
    ],
    ...['AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_LOGIN_CACHE_DIRECTORY'],
    ...['AWS_CONTAINER_*', 'AWS_EC2_METADATA_*', 'AWS_METADATA_SERVICE_*'],
    ...['AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_*'],
    ...['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_USE_FIPS_ENDPOINT'],
    ...['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_MAX_ATTEMPTS', 'AWS_RETRY_MODE'],
  ],
  /** Where the C compiler and its libraries are (GCC, "Environment Variables Affecting GCC"; pkg-config; Xcode; Nix). */
  compiler: [
    ...['CC', 'CXX', 'AR', 'CPATH', 'C_INCLUDE_PATH', 'LIBRARY_PATH', 'SDKROOT', 'DEVELOPER_DIR', 'NIX_*'],
    ...['PKG_CONFIG', 'PKG_CONFIG_PATH', 'PKG_CONFIG_LIBDIR', 'PKG_CONFIG_SYSROOT_DIR'],
  ],
  /** How git, which Go calls for modules that no proxy has, signs in. */
  git: ['SSH_AUTH_SOCK', 'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'GIT_SSL_CAINFO', 'NETRC'],
  /** Where Go finds its settings and its caches. */
  goFolders: ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'GOENV'],
  goSettings: goSettingNames,
  /** What the labs command itself reads. */
  labs: ['LABS_*', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'SUDO_UID', 'SUDO_GID', 'SUDO_USER'],
} as const satisfies Record<string, readonly string[]>;

type Group = keyof typeof groups;

/** What each program that the labs start may see of this process's environment. */
const seenBy = {
  /** kwokctl, and what it starts: etcd, the API server, the controllers, kwok. They call nothing outside of this machine. */
  'control plane': [],
  /** Programs of the system, such as ip, curl and tar, and what runs the nodes of target linux. */
  system: ['machine'],
  /** What runs in a node of target linux: it has an environment of its own. */
  node: [],
  /** Processes of ours that work for a local environment. */
  helper: ['machine'],
  /** kubectl, when the labs run it against a cluster on this machine. */
  kubectl: ['machine'],
  /** The same against a cluster on AWS: it asks the AWS CLI for a token. */
  'kubectl on aws': ['machine', 'network', 'aws'],
  /** The AWS CLI and its session plugin. */
  aws: ['machine', 'locale', 'network', 'aws'],
  cdk: ['machine', 'locale', 'network', 'node', 'aws'],
  /** The shell that a guide is played in, against a cluster on this machine: a proxy could not reach that. */
  guide: ['machine', 'labs'],
  'guide on aws': ['machine', 'network', 'node', 'aws', 'labs'],
  /** A build. What of `goSettings` it gets comes from `go env`. */
  go: ['machine', 'network', 'compiler', 'git'],
  /** `go env`, which says what a learner's settings of Go are. */
  'go env': ['machine', 'network', 'goFolders', 'goSettings'],
  compiler: ['machine', 'compiler'],
  /** The labs themselves, when they build as the user behind sudo. */
  labs: ['machine', 'locale', 'network', 'node', 'compiler', 'git', 'goFolders', 'goSettings', 'labs'],
} as const satisfies Record<string, readonly Group[]>;

/** A program, or a kind of programs, that the labs start. */
export type StartedProgram = keyof typeof seenBy;

/** All of {@link StartedProgram}. */
export const startedPrograms = Object.keys(seenBy) as readonly StartedProgram[];

/** Folders that programs refuse, or look for elsewhere, when they are relative: what is so is left out. */
const folders: readonly string[] = [
  ...['TMPDIR', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'],
  ...['GOCACHE', 'GOMODCACHE', 'GOPATH', 'GOTMPDIR'],
];

/** Files that a program which runs in another folder would not find when they are relative: they are made absolute. */
const files: readonly string[] = [
  ...['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CA_BUNDLE'],
  ...['REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO'],
];

/** Whether every folder in a value, which may be a list, is absolute. */
export const isAbsolute = (value: string): boolean =>
  value.split(path.delimiter).every((each) => path.isAbsolute(each));

/** A value as it is passed on; undefined where it is not. */
function passedOn(name: string, value: string): string | undefined {
  if (folders.includes(name)) return isAbsolute(value) ? value : undefined;
  if (files.includes(name) && value !== '' && !value.startsWith('~')) return path.resolve(value);
  return value;
}

/** The variables of an environment that a program may see. */
export function variablesFor(program: StartedProgram, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const names = seenBy[program].flatMap((group: Group): readonly string[] => groups[group]);
  const isListed = (name: string) =>
    names.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const passed = value === undefined || !isListed(name) ? undefined : passedOn(name, value);
      return passed === undefined ? [] : [[name, passed]];
    }),
  );
}

/**
 * The environment that a program is started with, as options for `execa`, `spawn` and `fork`. Lint has every program
 * started with it.
 *
 * @param own variables that the program gets besides
 */
export function environmentOf(program: StartedProgram, own: Readonly<Record<string, string>> = {}) {
  return { env: { ...variablesFor(program), ...fixed[program], ...own }, extendEnv: false } as const;
}

/** Variables that have one value, whatever this process's environment says. */
const fixed: Readonly<Partial<Record<StartedProgram, Readonly<Record<string, string>>>>> = {
  // What they print is read by this project, in English.
  system: { LC_ALL: 'C.UTF-8' },
  compiler: { LC_ALL: 'C.UTF-8' },
  aws: { AWS_PAGER: '' },
  'guide on aws': { AWS_PAGER: '' },
};
