import type { FaultPlan } from '../../lib/model/fault.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import { webPods } from '../../lib/checks/sample-workload.ts';
import { sampleImage } from '../../lib/application/sample-image.ts';
import { webIsRolledOut } from './application.ts';
import { rollOutWeb } from './faults-of-pods.ts';

/** The image does not exist in the registry. */
export const neverStarted: FaultPlan = {
  inject: (site) => rollOutWeb(site, { image: sampleImage.replace('agnhost', 'agnhots') }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '新しい Pod の STATUS の言葉と、その Pod のイベントを読んでください。スケジューラーの仕事はもう終わっています。',
      en: "Read the new pod's STATUS and its events. The scheduler has done its work.",
    },
    {
      ja: 'kubelet が、コンテナを作る前の準備で止まっています。何を取りに行って、何と言われましたか。',
      en: 'The kubelet has stopped before it created a container. What did it try to fetch, and what was the answer?',
    },
    {
      ja: '古い Pod と新しい Pod の spec.containers[].image を、1 文字ずつ比べてください。',
      en: 'Compare spec.containers[].image of the old pods and the new one, character by character.',
    },
  ],
  repair: `kubectl set image deployment/web web=${sampleImage}
kubectl rollout status deployment/web --timeout=180s`,
};

/** The pod reads a key that the ConfigMap does not have. */
export const halfMade: FaultPlan = {
  inject: (site) =>
    rollOutWeb(site, {
      env: [{ name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'web-settings', key: 'greetings' } } }],
    }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: 'イメージは取れています。新しい Pod のコンテナの state.waiting.reason と、その Pod のイベントを見てください。',
      en: "The image is there. Look at state.waiting.reason of the new pod's container, and at the pod's events.",
    },
    {
      ja: 'コンテナを組み立てる材料がひとつ見つからないと言っています。どのオブジェクトの、何でしょう。',
      en: 'Something that the container needs was not found. What, and in which object?',
    },
    {
      ja: 'Pod の env が名指すキーと、ConfigMap web-settings の data にあるキーを比べてください。',
      en: "Compare the key that the pod's env names with those in data of ConfigMap web-settings.",
    },
  ],
  repair: `kubectl patch deployment web --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","valueFrom":{"configMapKeyRef":{"name":"web-settings","key":"greeting"}}}]}]}}}}'
kubectl rollout status deployment/web --timeout=180s`,
};

/** The readiness probe uses a port that the container does not listen on. */
export const neverReady: FaultPlan = {
  inject: (site) => rollOutWeb(site, { readinessProbe: { httpGet: { path: '/readyz', port: 8008 } } }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: 'Ready かどうかを決めているのは誰で、どうやって確かめているのでしょう。新しい Pod のイベントを見てください。',
      en: 'Who decides whether a pod is ready, and how? Look at the events of the new pod.',
    },
    {
      ja: 'Unhealthy のイベントに、kubelet がどこを呼んで、何と返されたかが書いてあります。',
      en: 'The event Unhealthy says where the kubelet called, and what it got.',
    },
    {
      ja: 'readinessProbe のポートと、コンテナが待ち受けているポートを比べてください。',
      en: 'Compare the port of the readinessProbe with the one that the container listens on.',
    },
  ],
  repair: `kubectl patch deployment web --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/readinessProbe/httpGet/port","value":"http"}]'
kubectl rollout status deployment/web --timeout=180s`,
};

/** The pods use the node's name servers instead of the cluster's. */
export const forgottenNames: FaultPlan = {
  inject: (site) => rollOutWeb(site, {}, { dnsPolicy: 'Default' }),
  isHealed: async (cluster) => {
    const rolledOut = await webIsRolledOut(cluster);
    if (!rolledOut.passed) return rolledOut;
    if ((await webPods(cluster)).every(({ spec }) => spec?.dnsPolicy === 'ClusterFirst')) return passed;
    return failed({
      ja: 'web の Pod は全部動いていますが、クラスターの中の名前を、まだ引けません。',
      en: "All web pods run, but they still can't resolve names of the cluster.",
    });
  },
  hints: [
    {
      ja: 'web の Pod の中と、ほかの Pod の中で、同じ名前を引き比べてください。クラスターの名前を知っている人は元気ですか。',
      en: "Resolve the same name in a web pod and in another pod, and compare. Is the cluster's DNS healthy?",
    },
    {
      ja: 'web の Pod の中の /etc/resolv.conf に書いてある nameserver は、誰のアドレスですか。',
      en: 'Whose address is the nameserver in /etc/resolv.conf of a web pod?',
    },
    {
      ja: 'その内容は Pod の定義で決まります。Pod の spec.dnsPolicy を、前の版の Pod と比べてください（kubectl rollout history --revision）。',
      en: "A pod's definition decides what is in it. Compare spec.dnsPolicy with that of the version before (kubectl rollout history --revision).",
    },
  ],
  repair: `kubectl patch deployment web --type=merge -p '{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}}'
kubectl rollout status deployment/web --timeout=180s`,
};

/** No controller sets the condition of the pods' readiness gate. */
export const allTrueButOne: FaultPlan = {
  inject: (site) =>
    rollOutWeb(site, {}, { readinessGates: [{ conditionType: 'load-balancer.example.com/registered' }] }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: 'コンテナの Ready と Pod の Ready は別のものです。新しい Pod のコンディションを、全部並べて見てください。',
      en: 'The readiness of a container and that of a pod are different. List all conditions of the new pod.',
    },
    {
      ja: 'kubectl get pods -o wide の READINESS GATES の列が 0/1 になっています。それは誰が 1 にするのでしょう。',
      en: 'The column READINESS GATES of kubectl get pods -o wide says 0/1. Which component makes it 1/1?',
    },
    {
      ja: 'Pod の readinessGates が、このクラスターにはいないコントローラーの返事を待っています。いないのなら、待つ理由もありません。',
      en: "The pod's readinessGates wait for a controller that this cluster does not have. If there is none, there is no reason to wait.",
    },
  ],
  repair: `kubectl patch deployment web --type=json -p '[{"op":"remove","path":"/spec/template/spec/readinessGates"}]'
kubectl rollout status deployment/web --timeout=180s`,
};
