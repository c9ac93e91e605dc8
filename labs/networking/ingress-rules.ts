type Labels = Readonly<Record<string, string>>;

/** Picks things by their labels; an empty one picks everything. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Who may come in, by a rule of a policy. */
export interface Peer {
  readonly ipBlock?: object;
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
}

/** Where to, by a rule of a policy. */
export interface Port {
  readonly protocol?: string;
  /** A number, or the name that the container gives the port. */
  readonly port?: number | string;
  readonly endPort?: number;
}

/** What a rule of a policy lets in. */
export interface IngressRule {
  readonly _from?: readonly Peer[];
  readonly ports?: readonly Port[];
}

/** As much of a NetworkPolicy as decides what comes in. */
export interface IngressPolicy {
  readonly spec?: {
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly IngressRule[];
  };
}

/** A connection from one pod to another of the same namespace. */
export interface Connection {
  /** Labels of the pod that is called. */
  readonly to: Labels;
  /** Labels of the pod that calls. */
  readonly from: Labels;
  /** Labels of the namespace that both are in. */
  readonly namespace: Labels;
  /** Where it goes: the TCP port of the container, with its name if it has one. */
  readonly port: { readonly number: number; readonly name?: string };
}

/** The policies that have a say in what comes in to pods with these labels. Without any, everything may. */
export const ingressPoliciesOf = (policies: readonly IngressPolicy[], to: Labels): readonly IngressPolicy[] =>
  policies.filter(({ spec }) => {
    const types = spec?.policyTypes ?? ['Ingress'];
    return types.includes('Ingress') && selects(spec?.podSelector, to);
  });

/** Whether the policies of a namespace, all of them enforced, let a connection in. */
export function isLetIn(policies: readonly IngressPolicy[], connection: Connection): boolean {
  const deciding = ingressPoliciesOf(policies, connection.to);
  if (deciding.length === 0) return true;
  const rules = deciding.flatMap(({ spec }) => spec?.ingress ?? []);
  return rules.some(({ _from: peers = [], ports = [] }) => {
    // An empty list is no restriction, neither of peers nor of ports.
    const peerFits = peers.length === 0 || peers.some((peer) => isPeer(peer, connection));
    return peerFits && (ports.length === 0 || ports.some((port) => isPort(port, connection)));
  });
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, { from, namespace }: Connection) {
  // Which addresses pods have is chance: a block that is meant for them may hold any of them.
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

/** Whether a selector picks what has these labels. */
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
