import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

const namespace = 'networking';

/** How pods and outside clients find and reach a pod, and which of them are allowed to. */
export const networkingLab: Lab = {
  id: 'networking',
  title: { ja: 'Pod を見つけ、つなぎ、絞る', en: 'Find, reach and fence off pods' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 60,
  loadManifests: async () => (await import('../../charts/web.ts')).sampleWorkloadYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'cluster-ip',
      kind: 'find',
      title: { ja: 'どのマシンも持たないアドレス', en: 'An address that no machine has' },
      claims: ['T7', 'M8', 'N2'],
      question: {
        ja: 'このクラスターの Service のアドレスは、どの範囲から配られていますか（例: 192.0.2.0/24）。',
        en: "Which range do the addresses of this cluster's Services come from (for example 192.0.2.0/24)?",
      },
    },
    {
      id: 'endpoints',
      kind: 'do',
      title: { ja: '行き先に入る Pod、外れる Pod', en: 'Pods that are in rotation, and pods that are not' },
      claims: ['C4', 'N2'],
    },
    {
      id: 'dns',
      kind: 'do',
      title: { ja: '名前の探し方', en: 'How a name is looked up' },
      claims: ['M10', 'N2'],
    },
    {
      id: 'headless',
      kind: 'do',
      title: { ja: 'アドレスを持たない Service', en: 'Services without an address' },
      claims: ['N2'],
    },
    {
      id: 'node-port',
      kind: 'do',
      title: { ja: 'ノードから入る', en: 'In through a node' },
      claims: ['C6', 'T7', 'N2'],
    },
    {
      id: 'load-balancer',
      kind: 'do',
      title: { ja: 'ロードバランサーを頼む', en: 'Ask for a load balancer' },
      claims: ['C4', 'T7', 'N2'],
    },
    {
      id: 'network-policy',
      kind: 'do',
      title: { ja: '通してよい相手を決める', en: 'Who may come in' },
      claims: ['T7', 'N2'],
    },
  ],
};
