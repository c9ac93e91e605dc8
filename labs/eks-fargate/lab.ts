import { eksFargate } from '../../lib/environments/eks-fargate.data.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { outside } from './namespaces.ts';

/** Diagram D3: every pod runs on its own machine, and what follows from that. */
export const eksFargateLab: Lab = {
  id: 'eks-fargate',
  title: { ja: 'EKS と Fargate', en: 'EKS on Fargate' },
  environment: eksFargate,
  namespace: eksFargate.sampleNamespace,
  minutes: 45,
  loadManifests: async () => {
    const { sampleWorkloadYaml } = await import('../../charts/web.ts');
    const { restrictedNamespaceYaml } = await import('../../charts/restricted-namespace.ts');
    return [sampleWorkloadYaml(eksFargate.sampleNamespace), restrictedNamespaceYaml(outside)].join('---\n');
  },
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'nodes',
      kind: 'find',
      title: { ja: 'Pod の数だけノードがある', en: 'As many nodes as pods' },
      claims: ['D3', 'P7', 'M7', 'K1', 'K10', 'K11'],
      question: {
        ja: 'kube-system の Pod を名前順に並べたとき、最初の coredns の Pod がいるノードの名前は何ですか。',
        en: 'On which node is the first coredns pod, when the pods of kube-system are sorted by name? Answer with its name.',
      },
    },
    {
      id: 'profile',
      kind: 'do',
      title: {
        ja: 'Fargate プロファイルと、もうひとつのスケジューラー',
        en: 'The Fargate profile and another scheduler',
      },
      claims: ['C3', 'M4', 'M5'],
    },
    {
      id: 'size',
      kind: 'do',
      title: { ja: '要求した大きさ、用意された大きさ', en: 'What is asked for and what is provisioned' },
      claims: ['P5', 'D3'],
    },
    {
      id: 'too-large',
      kind: 'find',
      title: { ja: '大きすぎる Pod', en: 'A pod that is too large' },
      claims: ['C3', 'M4'],
      question: {
        ja: 'Pod huge の PodScheduled 条件に書かれている理由（reason）は何ですか。',
        en: 'Which reason does the condition PodScheduled of pod huge give?',
      },
    },
    {
      id: 'sidecar',
      kind: 'do',
      title: { ja: 'DaemonSet の代わりにサイドカー', en: 'A sidecar instead of a DaemonSet' },
      claims: ['C1', 'S3', 'S7', 'S9'],
    },
    {
      id: 'scaling',
      kind: 'do',
      title: { ja: 'HPA は増やし、Fargate は用意する', en: 'The autoscaler adds, Fargate provides' },
      claims: ['P6', 'C4', 'K18'],
    },
    {
      id: 'job',
      kind: 'do',
      title: { ja: '終わった Job にも料金がかかる', en: 'A Job that has finished still costs' },
      claims: ['P5'],
    },
  ],
};
