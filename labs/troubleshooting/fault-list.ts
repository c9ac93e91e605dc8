import type { Fault } from '../../lib/model/fault.ts';

/** Faults that need real containers, packets and DNS. */
const targets = ['linux', 'aws'] as const;

/** The faults of this lab, the easier ones first. */
export const troubleshootingFaults: readonly Fault[] = [
  {
    id: 'silent-service',
    title: { ja: '返事をしない Service', en: 'A Service that does not answer' },
    symptom: {
      ja: '「web の Pod は 3 つとも Ready です。それなのに、Service web を呼んでも誰も出ません。」',
      en: '"All three web pods are Ready. And yet nobody answers when we call Service web."',
    },
  },
  {
    id: 'old-version',
    title: { ja: '古いままの web', en: 'A web that stays old' },
    symptom: {
      ja: '「web の版 2 を出しました。エラーは何も出ていません。でも、動いているのはずっと版 1 です。」',
      en: '"We rolled out version 2 of web. There was no error. But what runs is still version 1."',
    },
  },
  {
    id: 'endless-rollout',
    title: { ja: '終わらないロールアウト', en: 'A rollout without an end' },
    symptom: {
      ja: '「web の版 2 を出したら、新しい Pod が 1 つできたきり先へ進みません。お客様にはまだ版 1 が出ています。」',
      en: '"We rolled out version 2 of web. One new pod came, and nothing since. Customers still see version 1."',
    },
  },
  {
    id: 'no-place',
    title: { ja: '置き場所のない Pod', en: 'A pod without a place' },
    symptom: {
      ja: '「別の環境のマニフェストを写して web に当てました。ノードはどれも空いているのに、新しい Pod が動き出しません。」',
      en: '"We took web\'s manifest over from another environment. All nodes have room, and the new pod does not start."',
    },
  },
  {
    id: 'missing-pods',
    title: { ja: '足りない Pod', en: 'Pods that are missing' },
    symptom: {
      ja: '「web は 3 つのはずですが、2 つしかありません。Pending の Pod もありません。3 つ目はどこにもいません。」',
      en: '"There should be three web pods, and there are two. None is Pending. The third is nowhere."',
    },
  },
  {
    id: 'reporter',
    title: { ja: '仕事のできない reporter', en: 'A reporter that cannot work' },
    symptom: {
      ja: '「ServiceAccount reporter で Pod の一覧を取るバッチが、きのうから Forbidden で落ちます。Role は前からあります。」',
      en: '"The batch that lists pods as ServiceAccount reporter has failed with Forbidden since yesterday. The Role has been there all along."',
    },
  },
  {
    id: 'closed-nodes',
    title: { ja: '誰も入れないノード', en: 'Nodes that take nobody' },
    symptom: {
      ja: '「週末の作業のあと、web の新しい Pod が始まらなくなりました。ノードは全部 Ready で、空きもあります。」',
      en: '"Since the work of last weekend, no new web pod starts. All nodes are Ready, and have room."',
    },
  },
  {
    id: 'refused-pods',
    title: { ja: '生まれない Pod', en: 'Pods that are never born' },
    symptom: {
      ja: '「web を再起動しようとしたら、新しい Pod が 1 つも現れません。古い Pod は動いています。」',
      en: '"We restarted web, and not a single new pod appears. The old ones run on."',
    },
  },
  {
    id: 'endless-drain',
    title: { ja: '終わらないメンテナンス', en: 'Maintenance without an end' },
    symptom: {
      ja: '「ノードを入れ替えたいのに、drain が web の Pod の前でいつまでも待ち続けます。」',
      en: '"We want to replace a node, and its drain waits forever for the web pods."',
    },
  },
  {
    id: 'flat-autoscaler',
    title: { ja: '伸びない web', en: 'A web that does not grow' },
    symptom: {
      ja: '「きのう web に手を入れてから、アクセスが増えても Pod の数が変わりません。」',
      en: '"Since we changed web yesterday, the number of its pods stays the same, however many requests come."',
    },
  },
  {
    id: 'refused-calls',
    title: { ja: 'つながらない Service', en: 'A Service that refuses' },
    symptom: {
      ja: '「Service web を呼ぶと、すぐに断られます。行き先の一覧には Pod が 3 つ載っています。」',
      en: '"Calls to Service web are refused at once. Its list of backends has three pods."',
    },
    targets,
  },
  {
    id: 'never-started',
    title: { ja: '始まらないコンテナ', en: 'A container that never starts' },
    symptom: {
      ja: '「web の新しい版の Pod が、ノードには載ったのに Running になりません。」',
      en: '"The pod of web\'s new version has a node, but does not become Running."',
    },
    targets,
  },
  {
    id: 'half-made',
    title: { ja: '作りかけのコンテナ', en: 'A container that is half made' },
    symptom: {
      ja: '「挨拶文を設定から読むようにした web が、起動しません。イメージは前と同じです。」',
      en: '"We made web read its greeting from the settings, and it does not start. The image is the same as before."',
    },
    targets,
  },
  {
    id: 'never-ready',
    title: { ja: '受け付けない Pod', en: 'A pod that takes no calls' },
    symptom: {
      ja: '「web の新しい Pod は Running です。中から呼べば返事もします。それなのに、いつまでも Ready になりません。」',
      en: '"The new web pod is Running. Called from inside, it answers. And yet it never becomes Ready."',
    },
    targets,
  },
  {
    id: 'all-true-but-one',
    title: { ja: 'あと一歩の Pod', en: 'A pod that is almost there' },
    symptom: {
      ja: '「新しい web の Pod は、コンテナが全部 Ready だと言っています。でも Pod は Ready になりません。」',
      en: '"All containers of the new web pod are ready, it says. But the pod is not."',
    },
    targets,
  },
  {
    id: 'forgotten-names',
    title: { ja: '名前を忘れた版', en: 'A version that forgot all names' },
    symptom: {
      ja: '「web の版 2 を出してから、web の Pod だけが、ほかの Service を名前で呼べません。版 1 のときは呼べていました。」',
      en: '"Since version 2 of web, its pods alone can\'t call other Services by name. With version 1 they could."',
    },
    targets,
  },
  {
    id: 'unknown-names',
    title: { ja: '通じない名前', en: 'Names that mean nothing' },
    symptom: {
      ja: '「web の Pod から、ほかの Service を名前で呼べません。IP アドレスなら通じます。」',
      en: '"From the web pods we can\'t call other Services by name. By IP address we can."',
    },
    targets,
  },
];
