import { failed, type Verdict } from '../../lib/model/verdict.ts';

export const notRolledOut = (name: string): Verdict =>
  failed({
    ja: `Deployment ${name} の新しい Pod が、まだそろっていません。ReplicaSet のイベントが、Pod を作れない理由を言っているかもしれません。`,
    en: `Deployment ${name} does not have its new pods yet. Events of its ReplicaSet may say why they can't be created.`,
  });
