import { isDeepStrictEqual } from 'node:util';
import { kubernetesVersions, releaseOf, type KubernetesVersionName } from '../catalog/versions.ts';

/** A change of a few words in a file of somebody else's Go module. */
export interface Patch {
  /** Path of the Go module. */
  readonly module: string;
  /** File in it. */
  readonly file: string;
  /** What stands there, exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A Go module under `tools/` whose pinned programs are built together. */
export interface ToolModule {
  /** Folder under `tools/`. */
  readonly folder: string;
  /** Go packages to build, by the name that the program gets; `.` is the module's own. */
  readonly programs: Readonly<Record<string, string>>;
  /** What the linker writes into the programs, above all their version. */
  readonly linkerVariables: Readonly<Record<string, string>>;
  /** Build tags. @default none */
  readonly tags?: readonly string[];
  /** What is changed in the source of others before it is compiled. @default nothing */
  readonly patches?: readonly Patch[];
  /** Whether its programs call C libraries, and so need a C compiler and the libraries' headers. @default false */
  readonly cgo?: boolean;
}

/** The names of a module's programs, for a message. */
export const programNames = ({ programs }: ToolModule): string => Object.keys(programs).join(', ');

/** The programs of a Kubernetes version that every cluster runs, with kubectl. */
export const kubernetes = (version: KubernetesVersionName): ToolModule => ({
  folder: releaseOf(version).tools,
  programs: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  },
  linkerVariables: kubernetesVersion(version),
});

/** What makes a program of Kubernetes say which version it is. */
export function kubernetesVersion(version: KubernetesVersionName): Readonly<Record<string, string>> {
  const { release } = releaseOf(version);
  const [major, minor] = release.split('.');
  const variable = 'k8s.io/component-base/version';
  return {
    [`${variable}.gitVersion`]: `v${release}`,
    [`${variable}.gitMajor`]: major!,
    [`${variable}.gitMinor`]: minor!,
  };
}

/** etcd and its two tools. */
export const etcd: ToolModule = {
  folder: 'etcd',
  // etcd's own package is called "server".
  programs: {
    etcd: 'go.etcd.io/etcd/server/v3',
    etcdctl: 'go.etcd.io/etcd/etcdctl/v3',
    etcdutl: 'go.etcd.io/etcd/etcdutl/v3',
  },
  linkerVariables: {},
};

/**
 * kwok starts its controllers in the order of a map, which is random. One time in eight the pods' comes before that of the
 * leases, takes note that there are no leases to ask for, and goes on serving the pods of nodes that are silent.
 */
const asksForLeases: Patch = {
  module: 'sigs.k8s.io/kwok',
  file: 'pkg/kwok/controllers/controller.go',
  from: 'ReadOnlyFunc:  c.readOnlyFunc,',
  to: 'ReadOnlyFunc: func(node string) bool { return c.readOnlyFunc != nil && c.readOnlyFunc(node) },',
};

const kwok: ToolModule = {
  folder: 'kwok',
  // kwok with a resync beside it: the module's own package.
  programs: { kwok: '.', kwokctl: 'sigs.k8s.io/kwok/cmd/kwokctl' },
  linkerVariables: {},
  patches: [asksForLeases],
};

/** What `kubectl top` and autoscalers ask. */
export const metricsServer: ToolModule = {
  folder: 'metrics-server',
  programs: { 'metrics-server': 'sigs.k8s.io/metrics-server/cmd/metrics-server' },
  linkerVariables: { 'sigs.k8s.io/metrics-server/pkg/version.gitVersion': 'v0.9.0' },
};

/**
 * The modules that the local control plane of one Kubernetes version is built from, the quickest first.
 * They are separate because their dependencies clash in one.
 */
export const toolModules = (version: KubernetesVersionName): readonly ToolModule[] => [
  etcd,
  kwok,
  metricsServer,
  kubernetes(version),
];

/** Whether target local runs the programs of a module. Packs have these, and no others. */
export const isForTargetLocal = (module: ToolModule): boolean =>
  kubernetesVersions.some((version) => toolModules(version).some((each) => isDeepStrictEqual(each, module)));
