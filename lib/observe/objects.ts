import { drawnKinds, keyOf, type DrawnKind } from '../log/drawn.ts';
import { draw } from './draw.ts';
import type { Source, SourceContext } from './source.ts';
import { watch, type Api, type SentObject } from './watch.ts';

/** Where the API has the objects of each kind. */
const urls: Readonly<Record<DrawnKind, string>> = {
  Namespace: '/api/v1/namespaces',
  Node: '/api/v1/nodes',
  Pod: '/api/v1/pods',
  Service: '/api/v1/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
  Deployment: '/apis/apps/v1/deployments',
  ReplicaSet: '/apis/apps/v1/replicasets',
  StatefulSet: '/apis/apps/v1/statefulsets',
  DaemonSet: '/apis/apps/v1/daemonsets',
  Job: '/apis/batch/v1/jobs',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2/horizontalpodautoscalers',
};

/** Plural of a kind, as the audit log names it. */
export const resourceOf = (kind: DrawnKind): string => urls[kind].slice(urls[kind].lastIndexOf('/') + 1);

/**
 * Watches of all kinds that are drawn. A change of fields that are not drawn, such as a heartbeat, is no frame.
 *
 * @param onListed told each object as it was when the source started
 */
export const objectSources = (
  api: Api,
  onListed: (kind: DrawnKind, object: SentObject) => void = () => undefined,
): readonly Source[] =>
  drawnKinds.map((kind) => ({
    name: `watch ${kind}`,
    run: (context, onReady) => watchKind(api, kind, context, onListed, onReady),
  }));

async function watchKind(
  api: Api,
  kind: DrawnKind,
  { emit, signal }: SourceContext,
  onListed: (kind: DrawnKind, object: SentObject) => void,
  onReady: () => void,
): Promise<void> {
  /** What was emitted last of each object, as JSON without its version. */
  const emitted = new Map<string, string>();
  let isListing = true;
  await watch(api, {
    url: urls[kind],
    signal,
    onObject: (sent) => {
      if (isListing) onListed(kind, sent);
      const object = draw(kind, sent);
      if (object === undefined) return;
      const key = keyOf(object);
      const drawn = JSON.stringify({ ...object, version: '' });
      const before = emitted.get(key);
      if (before === drawn) return;
      emitted.set(key, drawn);
      emit({ kind: 'object', change: before === undefined ? 'added' : 'changed', object });
    },
    onGone: ({ metadata: { namespace, name } }) => {
      if (emitted.delete(keyOf({ ...(namespace === undefined ? {} : { namespace }), name })))
        emit({
          kind: 'object',
          change: 'removed',
          object: { kind, ...(namespace === undefined ? {} : { namespace }), name },
        });
    },
    onLive: (live) => {
      emit({ kind: 'source', source: `watch ${kind}`, live });
      isListing = false;
      onReady();
    },
  });
}
