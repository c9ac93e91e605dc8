import { PolicyV1Api } from '@kubernetes/client-node';
import { may } from '../../lib/checks/access.ts';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import type { FaultPlan } from '../../lib/model/fault.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import { webAutoscaler, webDeployment } from '../../lib/checks/sample-workload.ts';
import { webIsRolledOut } from './application.ts';
import { reporter } from './objects.ts';

/** Whether the reporter may list objects of a kind in the lab's namespace. */
const mayList = (cluster: Cluster, resource: string): Promise<boolean> =>
  may(cluster, { namespace: cluster.namespace, name: reporter }, { verb: 'list', resource });

/** The RoleBinding names the ServiceAccount of another namespace. */
export const reporterRights: FaultPlan = {
  async inject({ kubectl }) {
    const subjects = [{ kind: 'ServiceAccount', name: reporter, namespace: 'default' }];
    await kubectl(['patch', 'rolebinding', reporter, '--type=merge', '-p', JSON.stringify({ subjects })]);
  },
  isHealed: async (cluster) => {
    if (!(await mayList(cluster, 'pods'))) {
      return failed({
        ja: 'この名前空間の ServiceAccount reporter は、まだ Pod の一覧を取れません。',
        en: 'ServiceAccount reporter of this namespace still may not list pods.',
      });
    }
    if (await mayList(cluster, 'secrets')) {
      return failed({
        ja: 'reporter は Pod の一覧を取れるようになりましたが、Secret まで読めます。必要な権限だけにしてください。',
        en: 'The reporter may list pods now, but also secrets. Give it only the permissions that it needs.',
      });
    }
    return passed;
  },
  hints: [
    {
      ja: '誰が、何を、どこで断られたのかを、reporter になったつもりで API サーバーに尋ねられます（kubectl auth can-i、--as）。',
      en: 'Ask the API server what the reporter may do, and where (kubectl auth can-i with --as).',
    },
    {
      ja: '権限は 3 つがそろって効きます。ServiceAccount、Role、そしてその 2 つを結ぶもの。3 つとも見ましたか。',
      en: 'A permission needs three objects: a ServiceAccount, a Role, and the object that binds them. Have you looked at all three?',
    },
    {
      ja: 'RoleBinding reporter の subjects を最後の行まで読んでください。ServiceAccount は、名前と名前空間の組で決まります。',
      en: 'Read the subjects of RoleBinding reporter to the last line. A ServiceAccount has a name and a namespace.',
    },
  ],
  repair: `kubectl patch rolebinding reporter --type=merge -p '{"subjects":[{"kind":"ServiceAccount","name":"reporter","namespace":"troubleshooting"}]}'`,
};

/** The disruption budget allows no disruption. */
export const endlessDrain: FaultPlan = {
  async inject({ kubectl }) {
    await kubectl(['patch', 'poddisruptionbudget', 'web', '--type=merge', '-p', '{"spec":{"minAvailable":"100%"}}']);
  },
  isHealed: async (cluster) => {
    const rolledOut = await webIsRolledOut(cluster);
    if (!rolledOut.passed) return rolledOut;
    const { api, namespace } = cluster;
    const budget = await ifFound(api(PolicyV1Api).readNamespacedPodDisruptionBudget({ name: 'web', namespace }));
    if (budget === undefined) {
      return failed({
        ja: '退避の邪魔はなくなりましたが、web を守るものもなくなりました。全部の Pod が一度に退避させられます。',
        en: 'Nothing blocks evictions any more, but nothing protects web either: all its pods can be evicted at once.',
      });
    }
    const { observedGeneration, disruptionsAllowed = 0 } = budget.status ?? {};
    if (observedGeneration === budget.metadata?.generation && disruptionsAllowed > 0) return passed;
    return failed({
      ja: '退避してよい web の Pod は、いま 0 個です。',
      en: 'Right now, 0 web pods may be evicted.',
    });
  },
  hints: [
    {
      ja: 'drain は Pod を消すのではなく、退避を頼みます。頼みを断っているのは誰でしょう。drain の出力に、断られた理由が出ます。',
      en: 'A drain does not delete pods, it requests their eviction. What refuses it? The output of the drain says so.',
    },
    {
      ja: '断っているのは PodDisruptionBudget です。kubectl get pdb の ALLOWED DISRUPTIONS の列を見てください。',
      en: 'The PodDisruptionBudget refuses it. Look at the column ALLOWED DISRUPTIONS of kubectl get pdb.',
    },
    {
      ja: '3 つの Pod に「いつも全部いること」を求めると、1 つも動かせません。1 つは欠けてよいことにするか、Pod を増やしてください。',
      en: 'If all three pods must be available at all times, none can be moved. Allow one to be unavailable, or add pods.',
    },
  ],
  repair: `kubectl patch poddisruptionbudget web --type=merge -p '{"spec":{"minAvailable":2}}'`,
};

/** The container lacks the CPU request that utilization is calculated from. */
export const flatAutoscaler: FaultPlan = {
  async inject({ kubectl }) {
    const path = '/spec/template/spec/containers/0/resources/requests/cpu';
    await kubectl(['patch', 'deployment', 'web', '--type=json', '-p', JSON.stringify([{ op: 'remove', path }])]);
    await kubectl(['rollout', 'status', 'deployment/web', '--timeout=120s']);
  },
  isHealed: async (cluster) => {
    const rolledOut = await webIsRolledOut(cluster);
    if (!rolledOut.passed) return rolledOut;
    const autoscaler = await webAutoscaler(cluster);
    const web = await webDeployment(cluster);
    const containers = web?.spec?.template.spec?.containers ?? [];
    const isShare = autoscaler?.spec?.metrics?.some(({ resource }) => resource?.target.type === 'Utilization') ?? false;
    // The autoscaler's condition changes with the first measurement of a new pod, a minute later.
    if (
      autoscaler !== undefined &&
      (!isShare || containers.every(({ resources }) => resources?.requests?.cpu !== undefined))
    )
      return passed;
    return failed({
      ja: 'HorizontalPodAutoscaler web は、伸び縮みの基準になる値をまだ計算できません。',
      en: "HorizontalPodAutoscaler web still can't calculate the value that it scales by.",
    });
  },
  hints: [
    {
      ja: 'Pod の数を決めているのは HorizontalPodAutoscaler です。kubectl get hpa の TARGETS に、いまの値は出ていますか。',
      en: 'The HorizontalPodAutoscaler decides how many pods there are. Does TARGETS of kubectl get hpa show a value?',
    },
    {
      ja: 'kubectl describe hpa web の Conditions とイベントに、値を計算できない理由が書いてあります。',
      en: 'The conditions and events in kubectl describe hpa web say why no value can be calculated.',
    },
    {
      ja: '「CPU 使用率 70 %」は、何に対する 70 % でしょう。Pod テンプレートの resources を見てください。',
      en: '"70 % of CPU": of what? Look at the resources of the pod template.',
    },
  ],
  repair: `kubectl set resources deployment/web --requests=cpu=50m,memory=64Mi
kubectl rollout status deployment/web --timeout=120s`,
};
