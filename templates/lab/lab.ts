import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

const namespace = 'my-lab';

/** A sentence about the lab: what it shows, and which part of the chapter it belongs to. */
export const myLab: Lab = {
  id: 'my-lab',
  title: { ja: '新しいラボ', en: 'A new lab' },
  environment: eksEc2,
  // The guide is about nodes of EC2.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 10,
  loadManifests: async () => (await import('../../charts/web.ts')).sampleWorkloadYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'image',
      kind: 'find',
      title: { ja: 'イメージを調べる', en: 'Find the image' },
      claims: ['C4'],
      question: {
        ja: 'Deployment web のコンテナは、どのイメージから動いていますか。',
        en: 'Which image does the container of Deployment web run?',
      },
    },
    {
      id: 'greeting',
      kind: 'do',
      title: { ja: 'オブジェクトを作る', en: 'Create an object' },
      claims: ['C1'],
    },
  ],
};
