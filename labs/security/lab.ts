import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

const namespace = 'security';

/** Who may do what, which pods and images are allowed, and who did what. */
export const securityLab: Lab = {
  id: 'security',
  title: { ja: 'クラスターを守る', en: 'Secure a cluster' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 60,
  clusterScoped: {
    objects: ['security-image-sources', 'security-image-digests'].flatMap((name) => [
      `validatingadmissionpolicybinding/${name}`,
      `validatingadmissionpolicy/${name}`,
    ]),
  },
  loadManifests: async () => (await import('./objects.ts')).securityYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'identity',
      kind: 'find',
      title: { ja: '名乗らない相手を、入口で断る', en: 'Turned away at the door' },
      claims: ['S1', 'N3'],
      question: {
        ja: 'API サーバーは、いまのあなたを何というユーザー名で呼んでいますか。',
        en: 'By which user name does the API server know you right now?',
      },
    },
    {
      id: 'rbac',
      kind: 'do',
      title: { ja: '読むだけの権限と、権限を配る権限', en: 'The right to read, and the right to give rights' },
      claims: ['S2', 'N3'],
    },
    {
      id: 'service-accounts',
      kind: 'do',
      title: { ja: 'Pod の身分証', en: 'What a pod shows of itself' },
      claims: ['S7', 'N3'],
    },
    {
      id: 'pod-security',
      kind: 'do',
      title: { ja: 'root で動く Pod を断る', en: 'Refuse pods that run as root' },
      claims: ['S3', 'S10', 'N3'],
    },
    {
      id: 'image-policy',
      kind: 'do',
      title: { ja: 'イメージの出どころを決める', en: 'Where images may come from' },
      claims: ['S3', 'S11', 'N3'],
    },
    {
      id: 'secrets',
      kind: 'do',
      title: { ja: 'Secret は何を守り、何を守らないか', en: 'What a Secret protects, and what it does not' },
      claims: ['P3', 'N3'],
    },
    {
      id: 'audit',
      kind: 'do',
      title: { ja: '監査ログから、開けっ放しの扉を見つける', en: 'Find the open door in the audit log' },
      claims: ['P4', 'S2', 'N3'],
    },
  ],
};
