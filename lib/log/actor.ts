/** Kinds of authors of a write. */
export const actorKinds = [
  /** Somebody with kubectl or another client: the learner. */
  'user',
  /** The labs command itself. */
  'labs',
  'api-server',
  /** A controller of kube-controller-manager. */
  'controller',
  'scheduler',
  'kubelet',
  /** kwok, which imitates kubelets. */
  'kwok',
  /** A component that AWS runs for EKS. */
  'eks',
  'kubeadm',
  /** A program in a pod, with the service account's rights. */
  'service-account',
  'other',
] as const;

/** One of {@link actorKinds}. */
export type ActorKind = (typeof actorKinds)[number];

/** Who wrote. */
export interface Actor {
  readonly kind: ActorKind;
  /** Of a controller, its own name; of a kubelet, its node's; of a service account, `namespace/name`. */
  readonly name: string;
  /** The user whom the author acted as, with `--as`. */
  readonly as?: string;
}

/** Where an audit event says who asked. */
export interface Request {
  readonly username: string;
  readonly userAgent: string;
  readonly impersonated?: string;
}

/**
 * Program of a user agent: `kubectl/v1.36.3 (linux/amd64) kubernetes/abc` is of `kubectl`. On the local control plane,
 * the file of a program that is started again whenever it fails ends in `.program`.
 */
const programOf = (userAgent: string): string => /^[^/\s]*/.exec(userAgent)![0].replace(/\.program$/, '');

/**
 * Last part of a user agent of a Kubernetes component, which names its controller:
 * `kube-controller-manager/v1.36.3 (linux/amd64) kubernetes/abc/deployment-controller`, or the service account's whole
 * name in its place.
 */
const controllerIn = (userAgent: string): string | undefined =>
  /\) kubernetes\/[^/\s]+\/(?:system:serviceaccount:kube-system:)?(\S+)$/.exec(userAgent)?.[1];

const serviceAccount = /^system:serviceaccount:([^:]+):(.+)$/;

/**
 * Controllers of kube-controller-manager whose service accounts do not end in `-controller`. Source:
 * `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go` of Kubernetes 1.36.
 */
const controllersByOtherNames: ReadonlySet<string> = new Set([
  'bootstrap-signer',
  'cloud-node-lifecycle-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'pod-garbage-collector',
  'root-ca-cert-publisher',
  'token-cleaner',
]);

/** Users that AWS documents for EKS, beside all that begin with `eks:`. */
const eksServiceAccounts: ReadonlySet<string> = new Set([
  'eks-vpc-resource-controller',
  'tagging-controller',
  'vpc-resource-controller',
]);

/**
 * Who made a request, from the user and the user agent of its audit event.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/default-roles-users.html users of EKS
 */
export function actorOf({ username, userAgent, impersonated }: Request): Actor {
  const actor = byUser(username, userAgent) ?? byAgent(username, userAgent);
  return impersonated === undefined ? actor : { ...actor, as: impersonated };
}

/** Users that only one component has. */
function byUser(username: string, userAgent: string): Actor | undefined {
  if (username.startsWith('system:node:')) return { kind: 'kubelet', name: username.slice('system:node:'.length) };
  // A node that joins, with a token: it has no name for the API server yet.
  if (username.startsWith('system:bootstrap:')) return { kind: 'kubelet', name: 'kubelet' };
  if (username.startsWith('eks:')) return { kind: 'eks', name: username.slice('eks:'.length) };
  if (username === 'system:kube-scheduler') return { kind: 'scheduler', name: 'kube-scheduler' };
  if (username === 'system:apiserver') return { kind: 'api-server', name: 'kube-apiserver' };
  if (username === 'system:kube-controller-manager') return controllerManager(userAgent);
  const [, namespace = '', name = ''] = serviceAccount.exec(username) ?? [];
  if (namespace === '') return undefined;
  if (namespace === 'kube-system' && eksServiceAccounts.has(name)) return { kind: 'eks', name };
  if (namespace === 'kube-system' && isController(name, userAgent)) return { kind: 'controller', name };
  return { kind: 'service-account', name: `${namespace}/${name}` };
}

/** A pod of kube-system may have a service account of such a name, too: the user agent tells them apart. */
const isController = (name: string, userAgent: string): boolean =>
  programOf(userAgent) === 'kube-controller-manager' &&
  (name.endsWith('-controller') || controllersByOtherNames.has(name));

const controllerManager = (userAgent: string): Actor => ({
  kind: 'controller',
  name: controllerIn(userAgent) ?? 'kube-controller-manager',
});

/** Programs that share one administrator's certificate, as on the local control plane. */
function byAgent(username: string, userAgent: string): Actor {
  const program = programOf(userAgent);
  switch (program) {
    case 'labs':
    case 'kubeadm':
    case 'kwok':
      return { kind: program, name: program };
    // It makes the local control plane, for the labs command.
    case 'kwokctl':
      return { kind: 'labs', name: program };
    case 'fargate-scheduler':
      return { kind: 'eks', name: program };
    case 'kube-scheduler':
      return { kind: 'scheduler', name: program };
    case 'kube-controller-manager':
      return controllerManager(userAgent);
    case 'kube-apiserver':
      return { kind: 'api-server', name: program };
    case 'kubectl':
      return { kind: 'user', name: program };
    default:
      return isPerson(username) ? { kind: 'user', name: program } : { kind: 'other', name: program || username };
  }
}

/** Users of Kubernetes' own components begin with `system:`; those of people do not. */
const isPerson = (username: string): boolean => !username.startsWith('system:') && username !== '';
