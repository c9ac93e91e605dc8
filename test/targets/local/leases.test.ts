import { expect, test } from '@jest/globals';
import { isHeldByKwok } from '../../../lib/targets/local/leases.ts';

test.each([
  ['that kwok holds', 'host.example_4f6cdb5e-1c5b-4a54-9a4f-0d1a6d6b8c11', true],
  ['that somebody else holds', 'nobody', false],
  ['that is held by a name with an underline', 'host_nobody', false],
  ['that nobody holds', undefined, false],
])('a lease %s', (_, holderIdentity, held) => {
  expect(isHeldByKwok({ spec: holderIdentity === undefined ? {} : { holderIdentity } })).toBe(held);
});
