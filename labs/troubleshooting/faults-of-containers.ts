import type { FaultPlan } from '../../lib/model/fault.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import { webPods } from '../../lib/checks/sample-workload.ts';
import { sampleImage } from '../../lib/application/sample-image.ts';
import { webIsRolledOut } from './application.ts';
import { rollOutWeb } from './faults-of-pods.ts';

/** An image that no registry has. */
export const neverStarted: FaultPlan = {
  inject: (site) => rollOutWeb(site, { image: sampleImage.replace('agnhost', 'agnhots') }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: '新しい Pod の STATUS の言葉と、その Pod のイベントを読んでください。スケジューラーの仕事はもう終わっています。',
      en: "Read the new pod's STATUS and its events. The scheduler's work is done.",
    },
    {
      ja: 'kubelet が、コンテナを作る前の準備で止まっています。何を取りに行って、何と言われましたか。',
      en: 'The kubelet has stopped before it made a container. What did it go and fetch, and what was it told?',
    },
    {
      ja: '古い Pod と新しい Pod の spec.containers[].image を、1 文字ずつ比べてください。',
      en: 'Compare spec.containers[].image of the old pods and the new one, letter by letter.',
    },
  ],
  repair: `kubectl set image deployment/web web=${sampleImage}
kubectl rollout status deployment/web --timeout=180s`,
};

/** A key that the ConfigMap does not have. */
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
      en: 'Something that the container is put together from was not found. What, and in which object?',
    },
    {
      ja: 'Pod の env が名指すキーと、ConfigMap web-settings の data にあるキーを比べてください。',
      en: "Compare the key that the pod's env names with those in data of ConfigMap web-settings.",
    },
  ],
  repair: `kubectl patch deployment web --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","valueFrom":{"configMapKeyRef":{"name":"web-settings","key":"greeting"}}}]}]}}}}'
kubectl rollout status deployment/web --timeout=180s`,
};

/** A readiness probe of a port that nobody listens on. */
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

/** Pods that ask the node's name servers instead of the cluster's. */
export const forgottenNames: FaultPlan = {
  inject: (site) => rollOutWeb(site, {}, { dnsPolicy: 'Default' }),
  isHealed: async (cluster) => {
    const rolledOut = await webIsRolledOut(cluster);
    if (!rolledOut.passed) return rolledOut;
    if ((await webPods(cluster)).every(({ spec }) => spec?.dnsPolicy === 'ClusterFirst')) return passed;
    return failed({
      ja: 'web の Pod は全部動いていますが、クラスターの中の名前を、まだ引けません。',
      en: 'All web pods run, but they still do not know the names inside of the cluster.',
    });
  },
  hints: [
    {
      ja: 'web の Pod の中と、ほかの Pod の中で、同じ名前を引き比べてください。クラスターの名前を知っている人は元気ですか。',
      en: 'Resolve the same name inside of a web pod and of another one, and compare. Is whoever knows the names of the cluster well?',
    },
    {
      ja: 'web の Pod の中の /etc/resolv.conf に書いてある nameserver は、誰のアドレスですか。',
      en: 'Whose address is the nameserver in /etc/resolv.conf inside of a web pod?',
    },
    {
      ja: 'その内容は Pod の定義で決まります。Pod の spec.dnsPolicy を、前の版の Pod と比べてください（kubectl rollout history --revision）。',
      en: "A pod's definition decides what is in it. Compare spec.dnsPolicy with that of the version before (kubectl rollout history --revision).",
    },
  ],
  repair: `kubectl patch deployment web --type=merge -p '{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}}'
kubectl rollout status deployment/web --timeout=180s`,
};

/** A readiness gate whose condition nobody ever sets. */
export const allTrueButOne: FaultPlan = {
  inject: (site) =>
    rollOutWeb(site, {}, { readinessGates: [{ conditionType: 'load-balancer.example.com/registered' }] }),
  isHealed: webIsRolledOut,
  hints: [
    {
      ja: 'コンテナの Ready と Pod の Ready は別のものです。新しい Pod のコンディションを、全部並べて見てください。',
      en: "A container's readiness and a pod's are two things. List all conditions of the new pod.",
    },
    {
      ja: 'kubectl get pods -o wide の READINESS GATES の列が 0/1 になっています。それは誰が 1 にするのでしょう。',
      en: 'Column READINESS GATES of kubectl get pods -o wide says 0/1. Who makes it a 1?',
    },
    {
      ja: 'Pod の readinessGates が、このクラスターにはいないコントローラーの返事を待っています。いないのなら、待つ理由もありません。',
      en: "The pod's readinessGates wait for a controller that this cluster does not have. If there is none, there is no reason to wait.",
    },
  ],
  repair: `kubectl patch deployment web --type=json -p '[{"op":"remove","path":"/spec/template/spec/readinessGates"}]'
kubectl rollout status deployment/web --timeout=180s`,
};
