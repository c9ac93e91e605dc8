import { describe, expect, test } from '@jest/globals';
import { ecsAndEks } from '../../lib/environments/ecs-and-eks.data.ts';
import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import { eksFargate } from '../../lib/environments/eks-fargate.data.ts';
import { hourlyPrice, prices, pricesReadOn } from '../../lib/catalog/prices.ts';
import { parseSettings } from '../../lib/settings/settings.ts';

const total = (settings: Record<string, string>) => hourlyPrice(eksEc2.billed(parseSettings(settings))).usdPerHour;

describe('hourlyPrice', () => {
  test('of EksEc2 with its defaults is what one works out by hand', () => {
    // 0.10 + 2 × 0.0416 + 2 × 20 GiB × 0.08 ÷ 730 + 0.045 + 0.005 = 0.2332 + 0.00438…
    expect(total({})).toBeCloseTo(0.23758, 5);
  });

  test('with three m7g.large nodes and a key is what one works out by hand', () => {
    // 0.10 + 3 × 0.0816 + 3 × 20 GiB × 0.08 ÷ 730 + 0.045 + 0.005 + 1 ÷ 730 = 0.3948 + 0.00657… + 0.00136…
    expect(total({ nodeCount: '3', instanceType: 'm7g.large', customerKey: 'true' })).toBeCloseTo(0.40275, 5);
  });

  test('of EksFargate is what one works out by hand', () => {
    // 7 pods of 0.25 vCPU and 0.5 GiB: 0.10 + 1.75 × 0.04048 + 3.5 × 0.004445 + 0.045 + 0.005
    const { usdPerHour } = hourlyPrice(eksFargate.billed(parseSettings({})));
    expect(usdPerHour).toBeCloseTo(0.2364, 5);
  });

  test('of EksEc2 with both kinds of compute adds three pods to its nodes', () => {
    // 3 pods of 0.25 vCPU and 0.5 GiB: 0.75 × 0.04048 + 1.5 × 0.004445
    expect(total({ compute: 'both' }) - total({})).toBeCloseTo(0.03703, 5);
  });

  test.each([
    // EksEc2 with its defaults, 0.237584, and of ECS: 2 × 0.0416 + 2 × 30 GiB × 0.08 ÷ 730 + 0.75 × 0.04048 + 1.5 × 0.004445
    [{}, 0.36439],
    // 0.10 + 4 × 0.0336 + 100 GiB × 0.08 ÷ 730 + 0.045 + 0.005 + 0.75 × 0.03238 + 1.5 × 0.00356
    [{ instanceType: 't4g.medium' }, 0.32498],
  ])('of EcsAndEks with %j is what one works out by hand', (settings, expected) => {
    expect(hourlyPrice(ecsAndEks.billed(parseSettings(settings))).usdPerHour).toBeCloseTo(expected, 5);
  });

  test('is the sum of its items, each with a title in both languages', () => {
    const { items, usdPerHour } = hourlyPrice(eksEc2.billed(parseSettings({ customerKey: 'true' })));
    expect(items.map(({ name, quantity }) => [name, quantity])).toEqual([
      ['eksControlPlane', 1],
      ['t3.medium', 2],
      ['gp3Gib', 40],
      ['natGateway', 1],
      ['publicIpv4', 1],
      ['kmsKey', 1],
    ]);
    expect(items.reduce((sum, item) => sum + item.usdPerHour, 0)).toBeCloseTo(usdPerHour, 10);
    for (const { title } of items) expect([title.ja, title.en]).not.toContain('');
  });
});

describe('prices', () => {
  test.each(Object.entries(prices))('%s has a price and a source', (_, { usdPerHour, source }) => {
    expect(usdPerHour).toBeGreaterThan(0);
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/pricing\//);
  });

  test('carry the day on which they were read', () => {
    expect(new Date(pricesReadOn).toISOString()).toMatch(new RegExp(`^${pricesReadOn}T`));
  });
});
