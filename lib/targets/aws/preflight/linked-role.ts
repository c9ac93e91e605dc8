import { isNotFound } from '../errors.ts';
import type { AwsCheck } from './check.ts';

/** The role with which ECS works in an account (Amazon ECS Developer Guide, "Using service-linked roles for Amazon ECS", read November 2026). */
const roleName = 'AWSServiceRoleForECS';

/** How that role is made. The first cluster of an account brings it too, but too late for that cluster's services. */
export const createLinkedRole = 'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com';

/** Whether an account has used ECS before. In one that has not, the first deployment fails, and the second one works. */
export const linkedRoleCheck: AwsCheck = async ({ aws, accountRegion: { account }, environment, stack, signal }) => {
  if (environment.usesEcs !== true) return [];
  try {
    await aws.call('iam.GetRole', { RoleName: roleName }, signal);
    return [];
  } catch (error) {
    if (!isNotFound(error) && !/^NoSuchEntity/.test(error instanceof Error ? error.name : '')) throw error;
    return [
      {
        ja:
          `アカウント ${account} では ECS がまだ使われたことがなく、ロール ${roleName} がありません。このままではスタック ${stack} の最初のデプロイが失敗します。` +
          `次のコマンドで一度だけ作り、1 分ほど待ってください: ${createLinkedRole}`,
        en:
          `Account ${account} has never used ECS, so role ${roleName} is missing, and the first deployment of stack ${stack} would fail. ` +
          `Make it once, and wait a minute: ${createLinkedRole}`,
      },
    ];
  }
};
