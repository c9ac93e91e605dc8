import { eksEc2, onFargate } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

/** The namespace whose pods run on EC2. */
const namespace = 'ec2-and-fargate';

/** Diagram D2 with both kinds of compute: the same workload on both, and the differences. */
export const ec2AndFargateLab: Lab = {
  id: 'ec2-and-fargate',
  title: { ja: 'EC2 と Fargate をひとつのクラスターで', en: 'EC2 and Fargate under one control plane' },
  environment: eksEc2,
  // Target linux has no Fargate.
  targets: ['local', 'aws'],
  namespace,
  minutes: 35,
  settings: { compute: 'both' },
  loadManifests: async () => {
    const { sampleWorkloadYaml } = await import('../../charts/web.ts');
    return [namespace, onFargate].map(sampleWorkloadYaml).join('---\n');
  },
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'where',
      kind: 'find',
      title: { ja: 'どの Pod がどこへ行ったか', en: 'Which pod went where' },
      claims: ['D2', 'D3', 'K1'],
      question: {
        ja: 'on-fargate の Pod を選んだ Fargate プロファイルの名前は何ですか。',
        en: 'What is the name of the Fargate profile that selected the pods of on-fargate?',
      },
    },
    {
      id: 'no-choice',
      kind: 'do',
      title: { ja: 'Pod からは選べない', en: "A pod can't choose" },
      claims: ['C3', 'M5'],
    },
    {
      id: 'daemonset',
      kind: 'do',
      title: { ja: 'DaemonSet は EC2 にだけ', en: 'DaemonSets, on EC2 only' },
      claims: ['C4', 'M7'],
    },
    {
      id: 'refused',
      kind: 'do',
      title: { ja: 'Fargate が断るもの', en: 'What Fargate refuses' },
      claims: ['C1', 'S3'],
    },
    {
      id: 'scaling',
      kind: 'do',
      title: { ja: '増やすと、何が増えるか', en: 'When you scale, what grows' },
      claims: ['P5', 'P6'],
    },
    {
      id: 'maintenance',
      kind: 'do',
      title: { ja: 'ノードの面倒を見る人', en: 'Who looks after nodes' },
      claims: ['S8', 'P7'],
    },
  ],
};
