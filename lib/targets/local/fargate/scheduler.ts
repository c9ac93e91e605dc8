import type { V1Node, V1Pod } from '@kubernetes/client-node';
import https from 'node:https';
import { capacityProvisioned, fargateSizeFor, requestsOf } from '../../../catalog/fargate-pod-size.ts';
import type { FargateSize } from '../../../catalog/fargate-sizes.ts';
import { ask, isSuccess, type Answer, type ApiRequest, type ApiConnection } from '../api-client.ts';
import { computeType, profileLabel, schedulerName } from './names.ts';
import { addressOf, fargateNode, namePrefix } from './node.ts';
import { podEvent, type EventFacts } from './pod-event.ts';
import { Store } from './store.ts';

/** The reason and the words that EKS gives for a pod which no size holds (aws/eks-distro-prow-jobs#11). */
const tooLarge = {
  reason: 'POD_CPU_MEM_EXCEEDS_MAX_FARGATE_SIZE',
  message: "Your pod's cpu/memory requirements exceed the max Fargate configuration",
};

/** How long after a failure things are looked at again, in milliseconds. */
const retryInterval = 1_000;

/** Where EKS looks for the configuration of the pods' logs. */
const loggingConfigMap = '/api/v1/namespaces/aws-observability/configmaps/aws-logging';

const logging = {
  enabled: {
    annotation: 'LoggingEnabled',
    event: { type: 'Normal', reason: 'LoggingEnabled', message: 'Successfully enabled logging for pod' },
  },
  disabled: {
    annotation: 'LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND',
    event: {
      type: 'Warning',
      reason: 'LoggingDisabled',
      message: 'Disabled logging because aws-logging configmap was not found. configmap "aws-logging" not found',
    },
  },
} as const satisfies Record<string, { annotation: string; event: EventFacts }>;

/** What has been decided for a pod: nothing in it when the pod gets no node. */
interface Decision {
  /** Name of the node that was made for it. */
  readonly node?: string;
  /** What is provisioned, as its annotation says it. */
  readonly capacity?: string;
  readonly isBound?: true;
}

/**
 * Stands in for Fargate's scheduler and for Fargate itself: gives each pod of a profile a node of its own, and takes the
 * node away with the pod. As on EKS, that is when the pod is deleted: one that has finished keeps its node until then
 * (aws/containers-roadmap#1284). It has no state, so it can be restarted at any time.
 */
export class FargateScheduler {
  readonly #release: string;
  readonly #log: (line: string) => void;
  readonly #agent = new https.Agent({ keepAlive: true });
  readonly #pods = new Store<V1Pod>(
    `/api/v1/pods?fieldSelector=spec.schedulerName%3D${schedulerName}&labelSelector=${encodeURIComponent(profileLabel)}`,
  );
  readonly #nodes = new Store<V1Node>(`/api/v1/nodes?labelSelector=${encodeURIComponent(computeType)}%3Dfargate`);
  /** What has been decided for a pod, by its UID. The pod itself may not say so yet. */
  readonly #decisions = new Map<string, Decision>();
  /** What is being worked on: UIDs of pods, names of nodes. */
  readonly #busy = new Set<string>();
  #connection: ApiConnection | undefined;

  /** @param release exact Kubernetes release that the nodes are to have */
  constructor(release: string, log: (line: string) => void) {
    this.#release = release;
    this.#log = log;
  }

  /** Does its work for as long as the API server answers. */
  async run(connection: ApiConnection): Promise<void> {
    this.#connection = connection;
    const end = new AbortController();
    const follow = (store: Store<V1Pod> | Store<V1Node>) =>
      store.follow(connection, end.signal, () => this.#reconcile());
    const both = [follow(this.#pods), follow(this.#nodes)];
    await Promise.race(both);
    end.abort();
    await Promise.all(both);
  }

  /** Begins whatever is missing between the pods and the nodes that there are. */
  #reconcile(): void {
    if (!this.#pods.isComplete || !this.#nodes.isComplete) return;
    for (const uid of this.#decisions.keys()) if (!this.#pods.hasUid(uid)) this.#decisions.delete(uid);
    for (const pod of this.#pods.all) {
      if (isWaiting(pod)) this.#begin(uidOf(pod), () => this.#takeNextStep(pod));
      else if (this.#hasLostItsNode(pod)) this.#begin(uidOf(pod), () => this.#end(pod));
      else if (hasForeignAddress(pod)) this.#begin(uidOf(pod), () => this.#correctAddress(pod));
    }
    const inUse = new Set(this.#pods.all.map((pod) => pod.spec?.nodeName ?? this.#decisions.get(uidOf(pod))?.node));
    for (const node of this.#nodes.all) {
      const name = node.metadata?.name ?? '';
      if (!inUse.has(name)) this.#begin(name, () => this.#removeNode(node));
    }
  }

  /**
   * Does something for a pod or a node, unless something is being done for it. After a failure, looks again.
   *
   * @param work what to do now, if anything
   */
  #begin(id: string, work: () => Promise<void> | undefined): void {
    if (this.#busy.has(id)) return;
    const begun = work();
    if (begun === undefined) return;
    this.#busy.add(id);
    void begun.then(
      () => {
        this.#busy.delete(id);
        this.#reconcile();
      },
      (error: unknown) => {
        this.#log(String(error));
        setTimeout(() => {
          this.#busy.delete(id);
          this.#decisions.delete(id);
          this.#reconcile();
        }, retryInterval);
      },
    );
  }

  /** What a pod without a node needs next: to be told that it gets none, a node, or to be bound to it once it is ready. */
  #takeNextStep(pod: V1Pod): Promise<void> | undefined {
    const decision = this.#decisions.get(uidOf(pod));
    if (decision === undefined) {
      const size = fargateSizeFor(requestsOf(pod.spec ?? { containers: [] }));
      return size === undefined ? this.#refuse(pod) : this.#makeNode(pod, size);
    }
    if (decision.node === undefined || decision.isBound) return undefined;
    const node = this.#nodes.all.find(({ metadata }) => metadata?.name === decision.node);
    // Earlier, kwok would mostly give the pod two addresses, one after the other.
    return node !== undefined && isReady(node) ? this.#bind(pod, decision) : undefined;
  }

  async #makeNode(pod: V1Pod, size: FargateSize): Promise<void> {
    const names = [
      ...this.#nodes.all.map(({ metadata }) => metadata?.name),
      ...[...this.#decisions.values()].map(({ node }) => node),
    ].filter((name) => name !== undefined);
    const { name, object } = fargateNode(size, names, this.#release);
    this.#decisions.set(uidOf(pod), { node: name, capacity: capacityProvisioned(size) });
    await this.#done({ method: 'POST', url: '/api/v1/nodes', body: object });
  }

  async #bind(pod: V1Pod, decision: Decision): Promise<void> {
    const [name, namespace] = [pod.metadata?.name, pod.metadata?.namespace];
    const { node, capacity = '' } = decision;
    const configured = await this.#ask({ method: 'GET', url: loggingConfigMap });
    const { annotation, event } = isSuccess(configured) ? logging.enabled : logging.disabled;
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      // The API server copies these annotations to the pod as it binds it.
      metadata: { name, namespace, annotations: { CapacityProvisioned: capacity, Logging: annotation } },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    };
    await this.#done({ method: 'POST', url: `${pathOf(pod)}/binding`, body: binding });
    this.#decisions.set(uidOf(pod), { ...decision, isBound: true });
    this.#log(`pod ${namespace}/${name}: ${capacity} on ${node}`);
    await this.#report(pod, event);
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    await this.#report(pod, { type: 'Normal', reason: 'Scheduled', message });
  }

  /** Gives a pod the address of its node. kwok gives the next one when it has looked at the pod twice before it started it. */
  async #correctAddress(pod: V1Pod): Promise<void> {
    const ip = addressOf(pod.spec?.nodeName ?? '');
    await this.#done({
      method: 'PATCH',
      url: `${pathOf(pod)}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { podIP: ip, podIPs: [{ ip }] } },
    });
  }

  /** Says in the pod's status, and in an event, why it stays Pending. */
  async #refuse(pod: V1Pod): Promise<void> {
    this.#decisions.set(uidOf(pod), {});
    const lastTransitionTime = new Date().toISOString();
    await this.#done({
      method: 'PATCH',
      url: `${pathOf(pod)}/status`,
      contentType: 'application/strategic-merge-patch+json',
      body: { status: { conditions: [{ type: 'PodScheduled', status: 'False', ...tooLarge, lastTransitionTime }] } },
    });
    await this.#report(pod, { type: 'Warning', reason: 'FailedScheduling', message: tooLarge.message });
    this.#log(`pod ${pod.metadata?.namespace}/${pod.metadata?.name}: too large`);
  }

  /** Whether a pod runs on a node that is gone. */
  #hasLostItsNode(pod: V1Pod): boolean {
    const node = pod.spec?.nodeName;
    return node?.startsWith(namePrefix) === true && !this.#nodes.all.some(({ metadata }) => metadata?.name === node);
  }

  /** A machine of Fargate that is gone has taken its pod with it; the pod's controller makes another. */
  async #end(pod: V1Pod): Promise<void> {
    // Asked again: a list of nodes that was on its way when the node was made does not know it.
    const url = `/api/v1/nodes/${pod.spec?.nodeName}`;
    if ((await this.#ask({ method: 'GET', url })).status !== 404) throw new Error(`${url} is there after all.`);
    this.#log(`pod ${pod.metadata?.namespace}/${pod.metadata?.name}: its node is gone`);
    const body = { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } };
    await this.#done({ method: 'DELETE', url: pathOf(pod), body });
  }

  async #removeNode(node: V1Node): Promise<void> {
    const [name, uid] = [node.metadata?.name, node.metadata?.uid];
    const body = { preconditions: { uid } };
    await this.#done({ method: 'DELETE', url: `/api/v1/nodes/${name}`, body });
    this.#nodes.remove(node);
    this.#log(`node ${name} removed`);
  }

  async #report(pod: V1Pod, facts: EventFacts): Promise<void> {
    const url = `/api/v1/namespaces/${pod.metadata?.namespace}/events`;
    // Events are for people: one that is lost changes nothing.
    await this.#ask({ method: 'POST', url, body: podEvent(pod, facts) }).catch((error: unknown) =>
      this.#log(String(error)),
    );
  }

  /** Asks for something that has to be done; what is gone already need not be deleted. */
  async #done(request: ApiRequest): Promise<void> {
    const answer = await this.#ask(request);
    if (isSuccess(answer) || (request.method === 'DELETE' && answer.status === 404)) return;
    throw new Error(`${request.method} ${request.url}: ${answer.body}`);
  }

  async #ask(request: ApiRequest): Promise<Answer> {
    const answer = this.#connection && (await ask(this.#connection, { ...request, userAgent, agent: this.#agent }));
    if (answer === undefined) throw new Error(`${request.method} ${request.url}: no answer`);
    return answer;
  }
}

/** It imitates the scheduler of EKS, and is called like it in the audit log. */
const userAgent = 'fargate-scheduler';

const uidOf = (pod: V1Pod): string => pod.metadata?.uid ?? '';

const pathOf = (pod: V1Pod): string => `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}`;

/** Whether a pod on Fargate has another address than its node. */
const hasForeignAddress = ({ spec, status }: V1Pod): boolean =>
  status?.podIP !== undefined &&
  spec?.nodeName?.startsWith(namePrefix) === true &&
  status.podIP !== addressOf(spec.nodeName);

const isReady = (node: V1Node): boolean =>
  node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Whether a pod has no node yet, and has not been told that it gets none. */
const isWaiting = ({ metadata, spec, status }: V1Pod): boolean =>
  spec?.nodeName === undefined &&
  metadata?.deletionTimestamp === undefined &&
  (spec?.schedulingGates ?? []).length === 0 &&
  status?.conditions?.some(({ reason }) => reason === tooLarge.reason) !== true;
