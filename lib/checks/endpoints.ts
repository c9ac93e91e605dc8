import { DiscoveryV1Api, type V1Endpoint, type V1EndpointSlice } from '@kubernetes/client-node';
import type { Cluster } from '../model/cluster.ts';

/** The EndpointSlices of a Service in the lab's namespace. */
export async function slicesOf({ api, namespace }: Cluster, service: string): Promise<readonly V1EndpointSlice[]> {
  const labelSelector = `kubernetes.io/service-name=${service}`;
  return (await api(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace, labelSelector })).items;
}

/** All endpoints of the slices. */
export const endpointsIn = (slices: readonly V1EndpointSlice[]): readonly V1Endpoint[] =>
  // The client's type does not show it, but a slice without endpoints lacks the field.
  slices.flatMap(({ endpoints }: Partial<V1EndpointSlice>) => endpoints ?? []);

/**
 * The endpoints that receive a Service's traffic. As the API defines, an endpoint without the condition `ready` counts
 * as ready.
 */
export const readyEndpoints = (slices: readonly V1EndpointSlice[]): readonly V1Endpoint[] =>
  endpointsIn(slices).filter(({ conditions }) => conditions?.ready !== false);

/** The addresses of these endpoints, sorted. */
export const readyAddresses = async (cluster: Cluster, service: string): Promise<readonly string[]> =>
  readyEndpoints(await slicesOf(cluster, service))
    .flatMap(({ addresses }) => addresses)
    .sort();
