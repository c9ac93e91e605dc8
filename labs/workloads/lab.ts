import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

const namespace = 'workloads';

/** The kinds of workloads, compared with tasks and services of ECS, and what keeps each of them running. */
export const workloadsLab: Lab = {
  id: 'workloads',
  title: { ja: 'ワークロードを選ぶ', en: 'Which workload for what' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 60,
  loadManifests: async () => (await import('../../charts/web.ts')).sampleWorkloadYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'owners',
      kind: 'find',
      title: { ja: 'Pod の持ち主をたどる', en: 'Follow a pod to its owner' },
      claims: ['C4', 'N1'],
      question: {
        ja: 'web の Pod を直接持っているオブジェクトは何ですか（種類/名前 の形で）。',
        en: 'Which object owns the web pods directly (as KIND/NAME)?',
      },
    },
    {
      id: 'dependencies',
      kind: 'do',
      title: { ja: 'コンテナの順番を決める', en: 'The order of containers' },
      claims: ['N1'],
    },
    {
      id: 'stateful-set',
      kind: 'do',
      title: { ja: '名前の変わらない Pod', en: 'Pods that keep their names' },
      claims: ['C4', 'N1'],
    },
    {
      id: 'daemon-set',
      kind: 'do',
      title: { ja: 'ノードごとに 1 つ', en: 'One on each node' },
      claims: ['C4', 'N1'],
    },
    {
      id: 'job',
      kind: 'do',
      title: { ja: '終わる仕事と、決まった時刻の仕事', en: 'Work that ends, and work at a set time' },
      claims: ['C4', 'K3', 'N1'],
    },
    {
      id: 'probes',
      kind: 'do',
      title: { ja: '3 つのプローブ', en: 'Three probes' },
      claims: ['C5'],
    },
    {
      id: 'limits',
      kind: 'do',
      title: { ja: 'メモリの上限と OOM kill', en: 'Memory limits and the OOM killer' },
      claims: ['S12'],
    },
    {
      id: 'autoscaling',
      kind: 'do',
      title: { ja: '負荷に合わせて増やす', en: 'Scale with the load' },
      claims: ['K18', 'M6', 'P6'],
    },
  ],
};
