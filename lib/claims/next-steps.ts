import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapters that this chapter recommends next. They were not supplied: a lab takes the place of each. */
export const nextSteps = {
  N1: { subject: { ja: '次のステップ「ワークロード」', en: 'Next: workloads' }, counts: anywhere },
  N2: { subject: { ja: '次のステップ「ネットワーキング」', en: 'Next: networking' }, counts: realNodes },
  N3: { subject: { ja: '次のステップ「セキュリティ」', en: 'Next: security' }, counts: anywhere },
} as const satisfies Readonly<Record<`N${number}`, Claim>>;
