import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

const namespace = 'scheduling';

/** Where a pod may run, where it should run, which pod goes first, and why one is Pending. */
export const schedulingLab: Lab = {
  id: 'scheduling',
  title: { ja: 'Pod の置き場所を決める', en: 'Where pods go' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 50,
  clusterScoped: { objects: ['priorityclass/scheduling-urgent'], nodeKeys: ['environment', 'scheduling/dedicated'] },
  loadManifests: async () => (await import('../../charts/web.ts')).sampleWorkloadYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'capacity',
      kind: 'find',
      title: { ja: 'ノードの空きを数える', en: 'Count what is free on a node' },
      claims: ['C3', 'K6', 'K17', 'M5'],
      question: {
        ja: '1 台目のワーカーノードで、これから置く Pod が要求できる CPU は、あと何ミリコアですか（例: 1234m）。',
        en: 'How many millicores of CPU can new pods request on the first worker node (for example 1234m)?',
      },
    },
    {
      id: 'printed-pod',
      kind: 'do',
      title: { ja: '教科書の Pod を、名指しのゾーンに置く', en: "The textbook's pod, in the zone that it names" },
      claims: ['Y1', 'C3', 'M4'],
    },
    {
      id: 'affinity',
      kind: 'do',
      title: { ja: 'Pod どうしを離す、近づける', en: 'Keep pods apart, bring them together' },
      claims: ['C3', 'T4'],
    },
    {
      id: 'spread',
      kind: 'do',
      title: { ja: 'ゾーンに均等に広げる', en: 'Spread over the zones' },
      claims: ['C3', 'T4'],
    },
    {
      id: 'priority',
      kind: 'do',
      title: { ja: '優先度とプリエンプション', en: 'Priority and preemption' },
      claims: ['C3'],
    },
    {
      id: 'taints',
      kind: 'do',
      title: { ja: 'ノードのほうから断る', en: 'A node that turns pods away' },
      claims: ['C3', 'T4', 'M5'],
    },
    {
      id: 'give-back',
      kind: 'do',
      title: { ja: 'ノードを元に戻す', en: 'Give the nodes back' },
      claims: ['C3'],
    },
  ],
};
