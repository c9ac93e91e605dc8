import { CoordinationV1Api } from '@kubernetes/client-node';
import { failed, passed } from '../model/verdict.ts';
import type { Question } from '../model/check.ts';

/** Asks for the identity of the process that leads for a component of the control plane, such as `kube-scheduler`. */
export const leaderOf = (component: string): Question => ({
  solution: `kubectl get lease -n kube-system ${component} -o jsonpath='{.spec.holderIdentity}'`,
  async judge({ api }, answer) {
    const { items } = await api(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-system' });
    const held = items.filter(({ spec }) => spec?.holderIdentity === answer).map(({ metadata }) => metadata?.name);
    if (held.includes(component)) return passed;
    const [other] = held;
    if (other !== undefined) {
      return failed({
        ja: `それは ${other} の Lease を持つプロセスです。聞いているのは ${component} です。`,
        en: `That process holds the Lease ${other}. The question is about ${component}.`,
      });
    }
    return failed({
      ja: 'その識別子のリーダーはいません。リーダーは kube-system の Lease に名前を残します（交代すると変わります）。',
      en: 'No leader has that identity. A leader writes its name into a Lease in kube-system (it changes when another takes over).',
    });
  },
});
