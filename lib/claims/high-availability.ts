import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapter's section on several control planes and on backups. */
export const highAvailability = {
  H1: {
    subject: {
      ja: 'コントロールプレーンのノードが複数あることを確かめる',
      en: 'See that there are several control-plane nodes',
    },
    today: { ja: 'EKS では 1 つも出ません。', en: 'EKS lists none.' },
    counts: realNodes,
  },
  H2: {
    subject: { ja: 'etcd の Pod を一覧する', en: 'List the pods of etcd' },
    today: { ja: 'EKS では 1 つも出ません。', en: 'EKS lists none.' },
    counts: realNodes,
  },
  H3: {
    subject: { ja: 'etcdctl snapshot save: etcd をバックアップする', en: 'etcdctl snapshot save: back etcd up' },
    counts: anywhere,
  },
  H4: {
    subject: {
      ja: 'etcdctl snapshot status: バックアップを確かめる',
      en: 'etcdctl snapshot status: look at the backup',
    },
    today: {
      ja: 'etcd 3.6 で etcdctl からなくなりました。etcdutl snapshot status backup.db -w table を使います。章に抜けている復元も、ここで行います。',
      en: 'etcdctl has it no more since etcd 3.6: use etcdutl snapshot status backup.db -w table. The chapter stops short of restoring, which is done here.',
    },
    counts: anywhere,
  },
} as const satisfies Readonly<Record<`H${number}`, Claim>>;
