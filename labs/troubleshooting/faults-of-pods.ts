import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { ExternalError } from '../../lib/core/errors.ts';
import type { FaultPlan, FaultSite } from '../../lib/model/fault.ts';
import { nodesOf, workersOf, zoneLabel } from '../../lib/checks/nodes.ts';
import { restartWeb, webSelector } from '../../lib/checks/sample-workload.ts';
import { webIsRolledOut } from './application.ts';

/** Changes the pod template of Deployment web, with a new version. */
export const rollOutWeb = async ({ kubectl }: FaultSite, container: object, pod: object = {}): Promise<void> => {
  const changed = { name: 'web', env: [{ name: 'VERSION', value: '2' }], ...container };
  const patch = { spec: { template: { spec: { ...pod, containers: [changed] } } } };
  await kubectl(['patch', 'deployment', 'web', '--type=strategic', '-p', JSON.stringify(patch)]);
};

/** The rollout is paused. */
export const oldVersion: FaultPlan = {
  async inject(site) {
    await site.kubectl(['rollout', 'pause', 'deployment/web']);
    await rollOutWeb(site, {});
  },
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: 'Deployment の定義と、動いている Pod の定義を比べてください。定義は新しくなっていますか。',
      en: "Compare the Deployment's definition with that of the running pods. Is the Deployment's the new one?",
    },
    {
      ja: '定義は新しいのに ReplicaSet が増えていません。Deployment の status.conditions に、進まない理由があります。',
      en: "The definition is new, but there is no new ReplicaSet. The Deployment's status.conditions say why.",
    },
    {
      ja: '誰かがロールアウトを途中で止めています。kubectl rollout の使い方（--help）を見てください。',
      en: 'Somebody has stopped rollouts. Look at what kubectl rollout can do (--help).',
    },
  ],
  repair: `kubectl rollout resume deployment/web
kubectl rollout status deployment/web --timeout=120s`,
};

/** The pod requests more than any node offers. */
export const endlessRollout: FaultPlan = {
  inject: (site) => rollOutWeb(site, { resources: { requests: { cpu: '64' } } }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '新しい Pod の STATUS と、その Pod のイベント（kubectl events --for pod/名前）を見てください。',
      en: 'Look at the STATUS of the new pod, and at its events (kubectl events --for pod/NAME).',
    },
    {
      ja: 'FailedScheduling は、ノードごとの断りの理由を数えたものです。足りないと言われているのは何ですか。',
      en: 'FailedScheduling counts the reasons why nodes do not fit. Which resource is insufficient?',
    },
    {
      ja: 'Pod が求めている量（spec.containers[].resources.requests）と、ノードの Allocatable を並べてください。単位は合っていますか。',
      en: "Compare the pod's requests (spec.containers[].resources.requests) with the nodes' Allocatable. Is the unit correct?",
    },
  ],
  repair: `kubectl set resources deployment/web --requests=cpu=50m,memory=64Mi
kubectl rollout status deployment/web --timeout=120s`,
};

/** The zone is misspelt. */
export const noPlace: FaultPlan = {
  async inject(site) {
    const zones = (await nodesOf(site.cluster)).map(({ metadata }) => metadata?.labels?.[zoneLabel]);
    const zone = zones.find((name) => name !== undefined) ?? 'zone-a';
    // `ap-northeast-1a` becomes `ap-northeast1a`.
    await rollOutWeb(site, {}, { nodeSelector: { [zoneLabel]: zone.replace(/-(?=[^-]*$)/, '') } });
  },
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '新しい Pod は、どのノードにも置かれていません。断られた理由を、その Pod のイベントから読んでください。',
      en: 'The new pod was not assigned to a node. Its events say why.',
    },
    {
      ja: '足りないのではなく、条件に合うノードがないと言われています。その条件は Pod のどこに書いてありますか。',
      en: 'No resource is insufficient: no node meets a condition. Where does the pod set the condition?',
    },
    {
      ja: 'Pod の nodeSelector と、kubectl get nodes --show-labels を 1 文字ずつ比べてください。',
      en: "Compare the pod's nodeSelector with kubectl get nodes --show-labels, character by character.",
    },
  ],
  repair: `kubectl patch deployment web --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"}]'
kubectl rollout status deployment/web --timeout=120s`,
};

/** The quota is used up. */
export const missingPods: FaultPlan = {
  async inject({ kubectl }) {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team' },
      spec: { hard: { pods: '2' } },
    };
    await kubectl(['apply', '-f', '-'], stringify(quota));
    // Waits until the quota controller has counted, because every pod would be admitted before that.
    await kubectl(['wait', 'resourcequota/team', '--for=jsonpath={.status.hard.pods}=2', '--timeout=60s']);
    const names = await kubectl(['get', 'pods', '-l', webSelector, '-o', 'name']);
    await kubectl(['delete', names.split('\n')[0]!, '--wait=false']);
  },
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '存在しない Pod にはイベントがありません。Pod を作るのは誰でしょう。その人のイベントを見てください。',
      en: 'A pod that does not exist has no events. Which object creates pods? Look at its events.',
    },
    {
      ja: 'ReplicaSet の FailedCreate に、断ったものの名前と数字が書いてあります。',
      en: 'FailedCreate of the ReplicaSet says what refused the pod, with numbers.',
    },
    {
      ja: '名前空間の ResourceQuota が Pod の数を抑えています。kubectl describe quota で、使った量と上限を見てください。上げたあとは、ReplicaSet が間隔を空けながら試し直します。',
      en: 'The ResourceQuota of the namespace limits the number of pods. kubectl describe quota shows the usage and the limit. After you raise it, the ReplicaSet tries again, at growing intervals.',
    },
  ],
  repair: `kubectl patch resourcequota team --type=merge -p '{"spec":{"hard":{"pods":"20"}}}'
kubectl rollout restart deployment/web
kubectl rollout status deployment/web --timeout=120s`,
};

/** Every node has a taint that the pods do not tolerate. */
export const closedNodes: FaultPlan = {
  async inject(site) {
    const names = (await workersOf(site.cluster)).map(({ metadata }) => metadata?.name ?? '');
    await site.kubectl(['taint', 'nodes', ...names, 'maintenance=weekend:NoSchedule', '--overwrite']);
    await restartWeb(site);
  },
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '新しい Pod のイベントを読んでください。ノードは何を理由に断っていますか。',
      en: 'Read the events of the new pod. Why do the nodes not fit?',
    },
    {
      ja: 'ノードが「この印を許さない Pod は入れない」と言っています。その印はノードの定義にあります。',
      en: 'The nodes reject pods that do not tolerate a mark. The mark is in the spec of the nodes.',
    },
    {
      ja: 'kubectl describe node の Taints を見てください。作業が終わっているなら外し、続くなら Pod の側に toleration が要ります。',
      en: 'Look at Taints in kubectl describe node. If the maintenance is done, remove them; if it continues, the pods need a toleration.',
    },
  ],
  repair: `kubectl taint nodes -l '!node-role.kubernetes.io/control-plane' maintenance-
kubectl rollout status deployment/web --timeout=120s`,
};

const policy = 'require-owner';

/** A policy refuses pods without a label. */
export const refusedPods: FaultPlan = {
  async inject(site) {
    await site.kubectl(['apply', '-f', '-'], policyYaml(site.cluster.namespace));
    await untilRefused(site.kubectl);
    await restartWeb(site);
  },
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '生まれなかった Pod にはイベントがありません。作ろうとして断られた側のイベントを見てください。',
      en: 'A pod that was never created has no events. Look at the events of the object that tried to create it.',
    },
    {
      ja: '新しい ReplicaSet の FailedCreate に、誰が何を求めて断ったのかが書いてあります。権限や空きの話ではありません。',
      en: 'FailedCreate of the new ReplicaSet says what refused the pod, and what it requires. It is about neither permissions nor resources.',
    },
    {
      ja: 'クラスター全体の ValidatingAdmissionPolicy が、ラベルのない Pod を断っています。求められたラベルを Pod テンプレートに付けるのが、いちばん素直です。',
      en: 'A ValidatingAdmissionPolicy of the whole cluster refuses pods without a label. The simplest solution is to add the required label to the pod template.',
    },
  ],
  repair: `kubectl patch deployment web --type=merge -p '{"spec":{"template":{"metadata":{"labels":{"owner":"web-team"}}}}}'
kubectl rollout status deployment/web --timeout=120s`,
};

function policyYaml(namespace: string): string {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: policy };
  const spec = {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    validations: [
      {
        expression: 'has(object.metadata.labels) && "owner" in object.metadata.labels',
        message: 'Every pod needs a label "owner" that names its team.',
      },
    ],
  };
  const binding = {
    policyName: policy,
    validationActions: ['Deny'],
    matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
  };
  return [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec },
    { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding },
  ]
    .map((object) => stringify(object))
    .join('---\n');
}

/** A pod that only this policy refuses. */
const admittedPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe' },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image: 'registry.k8s.io/pause:3.10',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
};

/** API servers enforce a new policy only after a moment. */
async function untilRefused(kubectl: FaultSite['kubectl']): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) {
    try {
      await kubectl(['create', '--dry-run=server', '-f', '-'], stringify(admittedPod));
    } catch (error) {
      if (error instanceof ExternalError && error.message.includes(policy)) return;
    }
  }
  throw new ExternalError('The admission policy that belongs to this fault does not take effect.');
}
