import { describe, expect, test } from '@jest/globals';
import { defaultPodCidr, podCidrProblem } from '../../lib/settings/cluster-networks.ts';

describe('podCidrProblem', () => {
  test.each([defaultPodCidr, '10.1.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.168.240.0/20'])(
    'finds none in %s',
    (cidr) => {
      expect(podCidrProblem(cidr)).toBeUndefined();
    },
  );

  test.each([
    ['10.0.0.0/16', 'overlaps the VPC, 10.0.0.0/16'],
    ['10.0.16.0/20', 'overlaps the VPC, 10.0.0.0/16'],
    ['10.0.0.0/8', 'overlaps the VPC, 10.0.0.0/16'],
    ['0.0.0.0/0', 'overlaps the VPC, 10.0.0.0/16'],
    ['10.96.16.0/20', 'overlaps the addresses of Services, 10.96.0.0/16'],
    ['10.96.0.0/12', 'overlaps the addresses of Services, 10.96.0.0/16'],
    ['10.244.0.0/21', 'is too small: each node takes a /24 of it for its pods, and there may be 13 nodes. Give a /20'],
    ['8.8.0.0/16', 'is not private'],
    ['172.0.0.0/11', 'is not private'],
    ['192.168.0.0/15', 'is not private'],
  ])('says what is wrong with %s', (cidr, expected) => {
    expect(podCidrProblem(cidr)?.en).toContain(`'${cidr}' ${expected}`);
  });
});
