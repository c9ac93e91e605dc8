import { isDeepStrictEqual } from 'node:util';

/** An object of the API, as kubectl prints it. */
export interface BaselineObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string }[];
  };
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

interface NodeObject extends BaselineObject {
  readonly spec?: { readonly taints?: readonly Taint[]; readonly unschedulable?: boolean };
}

/** What controllers write into annotations, for themselves. */
const ofControllers = ['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation'];

/** A ConfigMap with this changes every few seconds: some component's leader renews it. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** Tells objects apart. Nodes of the same name are one, also when one was deleted and has registered again. */
export const keyOf = ({ apiVersion, kind, metadata }: BaselineObject): string =>
  [apiVersion, kind, metadata.namespace ?? '', metadata.name].join('|');

/** An object as kubectl's arguments name it. */
export const argumentsFor = ({ kind, metadata: { name, namespace } }: BaselineObject): string[] => [
  kind.toLowerCase(),
  name,
  ...(namespace === undefined ? [] : ['--namespace', namespace]),
];

/** Whether an object is not for a person to change: a component keeps its own state in it. */
export const belongsToComponent = ({ metadata }: BaselineObject): boolean =>
  metadata.annotations?.[leaderAnnotation] !== undefined;

/** Whether the labs command made an object, for this lab or for another one. */
export const isOfLabs = ({ metadata }: BaselineObject): boolean =>
  metadata.managedFields?.some(({ manager }) => manager === 'labs') ?? false;

/** An object without what the API server and controllers write into it. */
export function asMade(object: BaselineObject): BaselineObject {
  const { metadata, ...rest } = object;
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !ofControllers.includes(key));
  const { name, namespace, labels } = metadata;
  const content = Object.fromEntries(Object.entries(rest).filter(([field]) => field !== 'status'));
  return {
    ...(content as Omit<BaselineObject, 'metadata'>),
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    },
  };
}

/** Whether two versions of an object say the same; of nodes, their labels, taints and cordon count. */
export const isSame = (one: BaselineObject, other: BaselineObject): boolean =>
  isDeepStrictEqual(whatCounts(one), whatCounts(other));

const whatCounts = (object: BaselineObject): object =>
  object.kind === 'Node'
    ? {
        labels: object.metadata.labels ?? {},
        taints: taintsOf(object).filter((taint) => !isOfNodeController(taint)),
        unschedulable: (object as NodeObject).spec?.unschedulable ?? false,
      }
    : asMade(object);

/** What takes a node's labels, taints and cordon back. What the node controller says of its condition is of today. */
export function nodePatch(then: BaselineObject, now: BaselineObject): object {
  const labels = then.metadata.labels ?? {};
  const added = Object.keys(now.metadata.labels ?? {}).filter((key) => !(key in labels));
  const taints = [
    ...taintsOf(now).filter(isOfNodeController),
    ...taintsOf(then).filter((taint) => !isOfNodeController(taint)),
  ].filter(({ key }) => key !== 'node.kubernetes.io/unschedulable');
  return {
    metadata: { labels: { ...labels, ...Object.fromEntries(added.map((key) => [key, null])) } },
    spec: {
      taints: taints.length === 0 ? null : taints,
      unschedulable: (then as NodeObject).spec?.unschedulable ?? null,
    },
  };
}

const taintsOf = (node: BaselineObject): readonly Taint[] => (node as NodeObject).spec?.taints ?? [];

const isOfNodeController = ({ key }: Taint): boolean => key.startsWith('node.kubernetes.io/');
