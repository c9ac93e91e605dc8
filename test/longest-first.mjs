import Sequencer from '@jest/test-sequencer';

/** The files of tests that take longest, the longest first. What jest has timed is unknown in a fresh clone. */
const longest = [
  'cluster/guides-1',
  'cluster/lifecycle',
  'cluster/guides-2',
  'cluster/troubleshooting-faults',
  'cluster/guides-5',
  'cluster/fargate',
  'toolchain/packs',
  'environments/eks-ec2',
  'environments/self-managed',
  'environments/ecs-and-eks',
];

const place = ({ path }) => {
  const found = longest.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return found === -1 ? longest.length : found;
};

/** Begins with the tests that take longest, so that none of them is left to run alone at the end. */
export default class LongestFirst extends Sequencer {
  async sort(tests) {
    return (await super.sort(tests)).sort((one, other) => place(one) - place(other));
  }
}
