import { isNotFound } from '../errors.ts';
import { findStack } from '../stack.ts';
import { madeBy, ownNameHint } from '../whose-stack.ts';
import type { AwsCheck } from './check.ts';

/**
 * Whether a cluster that the stack did not make has the name that the stack would give to its own: the deployment would
 * fail with AlreadyExists after minutes.
 *
 * @param lab names the lab in what is said
 */
export const clusterCheck =
  (lab: string): AwsCheck =>
  async ({ aws, accountRegion: { account, region }, environment, stack: name, signal }) => {
    if (environment.reachedThroughNode === true || (await findStack(aws, name, signal)) !== undefined) return [];
    try {
      const { cluster } = await aws.call('eks.DescribeCluster', { name }, signal);
      const [made, hint] = [
        madeBy({ tags: cluster?.tags ?? {}, created: cluster?.createdAt }),
        ownNameHint({ id: lab }),
      ];
      return [
        {
          ja: `アカウント ${account}、リージョン ${region} には EKS クラスター ${name} がすでにあり、同じ名前のスタックはありません。${made.ja}。${hint.ja}`,
          en: `EKS cluster ${name} is there already in account ${account}, region ${region}, without a stack of that name: ${made.en}. ${hint.en}`,
        },
      ];
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  };
