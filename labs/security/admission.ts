import {
  ApiException,
  CoreV1Api,
  V1Capabilities,
  V1Container,
  V1ObjectMeta,
  V1Pod,
  V1PodSecurityContext,
  V1PodSpec,
  V1SeccompProfile,
  V1SecurityContext,
} from '@kubernetes/client-node';
import type { Cluster } from '../../lib/model/cluster.ts';
import { newObject } from '../../lib/checks/new-object.ts';
import { nonRootId } from '../../lib/application/non-root-id.ts';

const container = (name: string, image: string): V1Container =>
  newObject(V1Container, {
    name,
    image,
    securityContext: newObject(V1SecurityContext, {
      allowPrivilegeEscalation: false,
      capabilities: newObject(V1Capabilities, { drop: ['ALL'] }),
    }),
  });

/** A pod with these images that Pod Security "restricted" admits. */
export const harmlessPod = (image: string, initImage?: string): V1PodSpec =>
  newObject(V1PodSpec, {
    securityContext: newObject(V1PodSecurityContext, {
      runAsNonRoot: true,
      runAsUser: nonRootId,
      seccompProfile: newObject(V1SeccompProfile, { type: 'RuntimeDefault' }),
    }),
    containers: [container('main', image)],
    ...(initImage === undefined ? {} : { initContainers: [container('first', initImage)] }),
  });

/**
 * Why the API server would refuse a pod, from a dry run; undefined when it would admit it.
 *
 * @throws the error, when the API server did not decide
 */
export async function refusalOf({ api }: Cluster, namespace: string, spec: V1PodSpec): Promise<string | undefined> {
  try {
    const body = newObject(V1Pod, { metadata: newObject(V1ObjectMeta, { generateName: 'would-be-' }), spec });
    await api(CoreV1Api).createNamespacedPod({ namespace, body, dryRun: 'All' });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiException) || (error.code !== 403 && error.code !== 422)) throw error;
    return String(error.body);
  }
}
