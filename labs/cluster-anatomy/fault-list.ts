import type { Fault } from '../../lib/model/fault.ts';

/** The faults of this lab, the easier ones first. */
export const clusterAnatomyFaults: readonly Fault[] = [
  {
    id: 'silent-node',
    title: { ja: '帰ってこないノード', en: 'A node that does not come back' },
    symptom: {
      ja: '「ワーカーの設定を少し変えて再起動しました。マシンは動いているのに、ノードが NotReady のまま戻りません。」',
      en: '"We changed a setting of a worker and restarted it. The machine is up, but its node stays NotReady."',
    },
  },
  {
    id: 'standing-still',
    title: { ja: '動かないコントローラー', en: 'Controllers that stand still' },
    symptom: {
      ja: '「Deployment を変えても何も起きません。kubectl は成功したと言うし、動いている Pod も元気です。」',
      en: '"Whatever we change in a Deployment, nothing happens. kubectl says that it worked, and the pods that run are well."',
    },
  },
  {
    id: 'waiting-for-ever',
    title: { ja: '選ばれない Pod', en: 'Pods that nobody picks' },
    symptom: {
      ja: '「新しい Pod がみんな Pending です。イベントはひとつも出ません。ノードは空いています。」',
      en: '"All new pods are Pending, without a single event. There is room on the nodes."',
    },
  },
  {
    id: 'closed-door',
    title: { ja: '閉ざされた入口', en: 'A door that is shut' },
    symptom: {
      ja: '「けさから、誰の kubectl も通りません。マシンもアプリケーションも動いています。きのうから何も変えていません。」',
      en: '"Since this morning, nobody\'s kubectl gets through. The machines and the applications run. We have changed nothing since yesterday."',
    },
  },
  {
    id: 'read-only',
    title: { ja: '書けないクラスター', en: 'A cluster that takes no writes' },
    symptom: {
      ja: '「読めるのに、何も変えられません。どのノードのディスクにも空きがあります。」',
      en: '"We can read everything, and change nothing. There is room on the disk of every node."',
    },
  },
];
