import { ecsAndEks } from '../../lib/environments/ecs-and-eks.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

/** The chapter's table, row by row: the same application on ECS and on EKS, with one exercise on both for each row. */
export const ecsAndEksLab: Lab = {
  id: 'ecs-and-eks',
  title: { ja: 'ECS と EKS を並べる', en: 'ECS beside EKS' },
  environment: ecsAndEks,
  namespace: ecsAndEks.sampleNamespace,
  minutes: 60,
  loadManifests: async () => {
    const { applicationYaml } = await import('../../charts/application.ts');
    const { webApplication } = await import('../../lib/environments/ecs-and-eks.web.ts');
    return applicationYaml(webApplication, ecsAndEks.sampleNamespace);
  },
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'control-layer',
      kind: 'find',
      title: { ja: '制御層は誰のものか', en: 'Whose the control layer is' },
      claims: ['T1'],
      question: {
        ja: 'API サーバーのひとつが自分の名で更新している Lease の名前は何ですか（複数あれば、どれでもかまいません）。',
        en: 'What is the name of the Lease that an API server renews in its own name (any of them, if there are several)?',
      },
    },
    {
      id: 'api',
      kind: 'do',
      title: { ja: '新しい版を API に頼む', en: 'Ask the API for a new version' },
      claims: ['T2'],
    },
    {
      id: 'state',
      kind: 'do',
      title: { ja: '状態はどこにあるか', en: 'Where the state is' },
      claims: ['T3'],
    },
    {
      id: 'scheduler',
      kind: 'do',
      title: { ja: '置き場所を決める', en: 'Decide where things run' },
      claims: ['T4'],
    },
    {
      id: 'nodes',
      kind: 'do',
      title: { ja: 'インスタンスを 1 台失う', en: 'Lose an instance' },
      claims: ['T5'],
    },
    {
      id: 'agent',
      kind: 'do',
      title: { ja: 'エージェントを止める', en: 'Stop the agent' },
      claims: ['T6'],
    },
    {
      id: 'network',
      kind: 'do',
      title: { ja: 'クラスターの中から呼び出す', en: 'Call from inside the cluster' },
      claims: ['T7'],
    },
    {
      id: 'runtime',
      kind: 'find',
      title: { ja: 'コンテナを動かしているもの', en: 'What runs the containers' },
      claims: ['T8'],
      question: {
        ja: 'kubectl get nodes で最初に出てくるノードは、自分のコンテナランタイムを何だと報告していますか（名前://バージョン）。',
        en: 'What does the node that kubectl get nodes lists first report as its container runtime (name://version)?',
      },
    },
  ],
};
