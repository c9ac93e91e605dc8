import { k8s } from 'cdk8s-plus-27';
import { nonRootId } from '../lib/application/non-root-id.ts';

/**
 * What every sample workload has in common, in one place.
 *
 * The level 2 constructs of cdk8s-plus are not used: their own defaults (a whole core requested for each pod, a TCP
 * startup probe, `imagePullPolicy: Always`, names and selectors that end in a hash) would have to be patched away
 * again, and they know neither seccomp profiles, spread constraints nor disruption budgets. Its generated level 1
 * types emit what is written and nothing else, so a learner finds in the cluster what stands in the chart.
 */
export interface ContainerDefaults {
  /** Name of the container. */
  readonly name: string;
  /** Image with a tag that is never moved. It has to run as any non-root user with a read-only root filesystem. */
  readonly image: string;
}

/** The label that selectors use: it alone, because a selector can't be changed later. */
export const selectorOf = (name: string): Record<string, string> => ({ 'app.kubernetes.io/name': name });

/** The recommended labels of an object that belongs to application `name`. */
export const labelsOf = (name: string): Record<string, string> => ({
  ...selectorOf(name),
  'app.kubernetes.io/part-of': 'sample-workload',
});

/** Labels that make a namespace refuse pods which do not meet the Pod Security Standard "restricted". */
export const restrictedNamespaceLabels: Readonly<Record<string, string>> = Object.fromEntries(
  // `latest` is the standard as the cluster's own Kubernetes version has it, so that no version is named twice.
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
    // The tag is never moved, so asking the registry again at each start would only cost time.
    imagePullPolicy: 'IfNotPresent',
    resources: {
      requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
      // No CPU limit: it would throttle the container while the node's cores are idle.
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

/** A pod that Pod Security "restricted" admits and that holds no credentials for the API server. */
export function restrictedPod(
  container: k8s.Container,
  more: Omit<k8s.PodSpec, 'containers' | 'securityContext' | 'automountServiceAccountToken'>,
): k8s.PodSpec {
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      // A number, because the kubelet can't tell from a user's name in an image whether it is root.
      runAsUser: nonRootId,
      runAsGroup: nonRootId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container],
    ...more,
  };
}
