import { nonRootId } from './non-root-id.ts';

/** The security context of a pod that Pod Security "restricted" admits. */
export const restrictedPodSecurity = {
  runAsNonRoot: true,
  runAsUser: nonRootId,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The security context of a container that Pod Security "restricted" admits. */
export const restrictedContainerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/**
 * A container that does nothing and that Pod Security "restricted" admits.
 *
 * @param more adds to its properties or replaces them
 */
export const idleContainer = (name: string, more: object = {}) => ({
  name,
  image: 'registry.k8s.io/pause:3.10',
  securityContext: restrictedContainerSecurity,
  ...more,
});

/**
 * The spec of a pod with one {@link idleContainer}, called `main`.
 *
 * @param more adds to the properties of the pod or replaces them
 * @param container the same for its container
 */
export const idlePod = (more: object = {}, container: object = {}) => ({
  securityContext: restrictedPodSecurity,
  containers: [idleContainer('main', container)],
  ...more,
});
