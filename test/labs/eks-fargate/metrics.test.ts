import { expect, test } from '@jest/globals';
import { eksFargateLab } from '../../../labs/eks-fargate/lab.ts';
import { languages } from '../../../lib/core/text.ts';
import { readLabGuide } from '../../../lib/engine/guides.ts';
import { blocksOf } from '../../../lib/guide/guide.ts';

test.each(languages)(
  'no command waits for what metrics-server measures of itself, which is nothing on Fargate: %s',
  async (language) => {
    const blocks = blocksOf(await readLabGuide(eksFargateLab, language));
    const measured = blocks.flatMap(({ text }) => text.split('\n')).filter((line) => line.includes('kubectl top pods'));
    expect(measured.length).toBeGreaterThan(1);
    for (const line of measured) expect(line).toMatch(/ -n kube-system -l k8s-app=kube-dns/);
  },
);
