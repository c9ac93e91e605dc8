type Labels = Readonly<Record<string, string>>;

/** A label selector. An empty one selects everything. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The peer that a rule of a policy allows. */
export interface Peer {
  readonly ipBlock?: object;
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
}

/** The port that a rule of a policy allows. */
export interface Port {
  readonly protocol?: string;
  /** A number, or the port's name in the container. */
  readonly port?: number | string;
  readonly endPort?: number;
}

/** A rule of a policy, which allows connections. */
export interface IngressRule {
  readonly _from?: readonly Peer[];
  readonly ports?: readonly Port[];
}

/** The part of a NetworkPolicy that decides about ingress. */
export interface IngressPolicy {
  readonly spec?: {
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly IngressRule[];
  };
}

/** A connection from one pod to another of the same namespace. */
export interface Connection {
  /** The labels of the server's pod. */
  readonly to: Labels;
  /** The labels of the client's pod. */
  readonly from: Labels;
  /** The labels of the namespace of both pods. */
  readonly namespace: Labels;
  /** The destination: the TCP port of the container, and its name if it has one. */
  readonly port: { readonly number: number; readonly name?: string };
}

/** The policies that decide about ingress to pods with these labels. Without any, every connection is allowed. */
export const ingressPoliciesOf = (policies: readonly IngressPolicy[], to: Labels): readonly IngressPolicy[] =>
  policies.filter(({ spec }) => {
    const types = spec?.policyTypes ?? ['Ingress'];
    return types.includes('Ingress') && selects(spec?.podSelector, to);
  });

/** Whether the policies of a namespace, if they are enforced, allow a connection. */
export function isLetIn(policies: readonly IngressPolicy[], connection: Connection): boolean {
  const deciding = ingressPoliciesOf(policies, connection.to);
  if (deciding.length === 0) return true;
  const rules = deciding.flatMap(({ spec }) => spec?.ingress ?? []);
  return rules.some(({ _from: peers = [], ports = [] }) => {
    // An empty list of peers or ports restricts nothing.
    const peerFits = peers.length === 0 || peers.some((peer) => isPeer(peer, connection));
    return peerFits && (ports.length === 0 || ports.some((port) => isPort(port, connection)));
  });
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, { from, namespace }: Connection) {
  // The addresses of pods are not predictable, so a block of addresses counts as containing any of them.
  if (ipBlock !== undefined) return true;
  return (
    (namespaceSelector === undefined || selects(namespaceSelector, namespace)) &&
    (podSelector === undefined || selects(podSelector, from))
  );
}

function isPort({ protocol = 'TCP', port, endPort }: Port, { port: { number, name } }: Connection) {
  if (protocol !== 'TCP') return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return port === name;
  return port <= number && number <= (endPort ?? port);
}

/** Whether a selector matches these labels. */
function selects(selector: Selector | undefined, labels: Labels): boolean {
  const pairs = Object.entries(selector?.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => labels[key] === value) &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}
