import { failed, type Verdict } from '../../lib/model/verdict.ts';

export const notReady = (what: string): Verdict =>
  failed({
    ja: `${what} の Pod がまだ全部は Ready になっていません。`,
    en: `Not all pods of ${what} are ready yet.`,
  });
