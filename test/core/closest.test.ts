import { describe, expect, test } from '@jest/globals';
import { closest, unknownName } from '../../lib/core/closest.ts';

describe('closest', () => {
  test.each([
    ['one letter wrong', 'nodeCoont', 'nodeCount'],
    ['two letters of a short name wrong', 'ta', 'tmax'],
    ['a third of the letters missing', 'nodeCo', 'nodeCount'],
    ['the name itself', 'nodeCount', 'nodeCount'],
  ])('finds a name: %s', (_, given, expected) => {
    expect(closest(given, ['instanceType', 'tmax', 'nodeCount'])).toBe(expected);
  });

  test.each([
    ['nothing to choose from', 'nodeCount', []],
    ['more than a third of the letters differ', 'nodeC', ['nodeCount']],
    ['three letters of a short name differ', 'a', ['tmax']],
  ])('finds none: %s', (_, given, valid) => {
    expect(closest(given, valid)).toBeUndefined();
  });
});

describe('unknownName', () => {
  test('names the nearest and all valid ones', () => {
    expect(unknownName('lab', 'eks-ec3', ['eks-ec2', 'eks-fargate'])).toBe(
      "Unknown lab 'eks-ec3'. Did you mean 'eks-ec2'? Valid: eks-ec2, eks-fargate.",
    );
  });

  test('suggests nothing when nothing is near', () => {
    expect(unknownName('lab', 'banana', ['eks-ec2', 'eks-fargate'])).toBe(
      "Unknown lab 'banana'. Valid: eks-ec2, eks-fargate.",
    );
  });
});
