import { expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';

test.each([
  ['0', 0],
  ['5', 5],
  [64, 64],
  ['+5', 5],
  ['1k', 1000],
  ['1Ki', 1024],
  ['128Mi', 134_217_728],
  ['0.5Gi', 536_870_912],
  ['.5Ki', 512],
  ['1.Ki', 1024],
  ['1G', 1_000_000_000],
  ['1.5G', 1_500_000_000],
  ['1e3', 1000],
  ['1E3', 1000],
  ['1.5e3', 1500],
  ['15e-1', 2],
  ['1E', 1e18],
  ['1Ei', 2 ** 60],
  ['128974848000m', 128_974_848],
  ['1m', 1],
  ['1n', 1],
])('%s is %s, rounded up', (quantity, expected) => {
  expect(quantityIn(quantity)).toBe(expected);
});

test.each([
  ['250m', 250],
  ['0.5', 500],
  ['0.1', 100],
  ['2', 2000],
  ['100u', 1],
  ['1001u', 2],
  [0.25, 250],
])('%s is %s thousandths', (quantity, expected) => {
  expect(quantityIn(quantity, 1000n)).toBe(expected);
});

test.each(['', '.', 'Mi', '-1', '1 Mi', '1mi', '1KI', '1e', '1.2.3', 'half'])("'%s' is refused", (quantity) => {
  expect(() => quantityIn(quantity)).toThrow(UsageError);
  expect(() => quantityIn(quantity)).toThrow(`'${quantity}' is not a valid quantity.`);
});
