import { k8s } from 'cdk8s-plus-27';
import { nonRootId } from '../lib/application/non-root-id.ts';

/**
 * Defaults of all sample workloads.
 *
 * The charts do not use the L2 constructs of cdk8s-plus: their defaults (a whole core requested for each pod, a TCP
 * startup probe, `imagePullPolicy: Always`, names and selectors that end in a hash) would have to be patched away, and
 * they support neither seccomp profiles, topology spread constraints nor disruption budgets. The generated L1 types
 * emit exactly what is written, so learners find in the cluster what is in the chart.
 */
export interface ContainerDefaults {
  /** The name of the container. */
  readonly name: string;
  /** An image with a tag that never moves. It must run as any non-root user with a read-only root filesystem. */
  readonly image: string;
}

/** The labels of selectors: only one, because selectors are immutable. */
export const selectorOf = (name: string): Record<string, string> => ({ 'app.kubernetes.io/name': name });

/** The recommended labels of an object that belongs to application `name`. */
export const labelsOf = (name: string): Record<string, string> => ({
  ...selectorOf(name),
  'app.kubernetes.io/part-of': 'sample-workload',
});

/** Labels of a namespace that refuses pods which do not meet the Pod Security Standard "restricted". */
export const restrictedNamespaceLabels: Readonly<Record<string, string>> = Object.fromEntries(
  // `latest` is the standard of the cluster's own Kubernetes version, so that the version is not repeated here.
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]),
);

/** A container that Pod Security "restricted" admits, with small requests. `more` adds to these defaults or replaces them. */
export function restrictedContainer(
  { name, image }: ContainerDefaults,
  more: Omit<k8s.Container, 'name' | 'image' | 'securityContext'>,
): k8s.Container {
  return {
    name,
    image,
    // The tag never moves, so a request to the registry at each start would only cost time.
    imagePullPolicy: 'IfNotPresent',
    resources: {
      requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
      // No CPU limit: it would throttle the container even while the node's cores are idle.
      limits: { memory: k8s.Quantity.fromString('64Mi') },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    ...more,
  };
}

/** A pod that Pod Security "restricted" admits, without credentials for the API server. */
export function restrictedPod(
  container: k8s.Container,
  more: Omit<k8s.PodSpec, 'containers' | 'securityContext' | 'automountServiceAccountToken'>,
): k8s.PodSpec {
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      // A number, because the kubelet can't decide from a user name in the image whether the user is root.
      runAsUser: nonRootId,
      runAsGroup: nonRootId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container],
    ...more,
  };
}
