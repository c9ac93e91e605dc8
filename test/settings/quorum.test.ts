import { describe, expect, test } from '@jest/globals';
import { failureTolerance, controlPlaneCountProblem } from '../../lib/settings/quorum.ts';

test.each([
  [1, 0],
  [2, 0],
  [3, 1],
  [4, 1],
  [5, 2],
])('%i members tolerate the loss of %i', (members, losses) => {
  expect(failureTolerance(members)).toBe(losses);
});

describe('controlPlaneCountProblem', () => {
  test('says why an even number is no use', () => {
    expect(controlPlaneCountProblem('4').en).toBe(
      'controlPlanes takes 1 or 3. An even number gains nothing: etcd works while more than half of its members (a ' +
        'quorum) work, so 4 members tolerate the loss of 1, no more than 3 do.',
    );
  });

  test.each(['0', '5', '-2', '2.5', 'two', ''])('of %j says what is taken', (given) => {
    expect(controlPlaneCountProblem(given).en).toBe('controlPlanes takes 1 or 3.');
  });
});
