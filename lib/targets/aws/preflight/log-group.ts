import { findStack } from '../stack.ts';
import { controlPlaneLogGroup, logGroupsOf } from '../log-groups.ts';
import type { AwsCheck } from './check.ts';

/**
 * Whether the log group of an earlier control plane is in the way. When a cluster is gone, EKS writes its late logs and
 * recreates the group, without an expiry: the next deployment of the stack would fail with AlreadyExists.
 */
export const logGroupCheck: AwsCheck = async ({ aws, accountRegion, environment, stack: name, signal }) => {
  // Without a control plane of EKS there is none; with a stack, it is the stack's.
  if (environment.reachedThroughNode === true || (await findStack(aws, name, signal)) !== undefined) return [];
  const group = controlPlaneLogGroup(name);
  if (!(await logGroupsOf(aws, name, signal)).some(({ logGroupName }) => logGroupName === group)) return [];
  const command = `aws logs delete-log-group --log-group-name ${group} --region ${accountRegion.region}`;
  return [
    {
      ja:
        `ロググループ ${group} が残っています。EKS が、削除されたクラスターの最後のログを書くために作り直したものです。` +
        `このままではスタック ${name} を作れません。次のコマンドで削除してください: ${command}`,
      en:
        `Log group ${group} exists already: EKS recreated it for the last logs of a cluster that was deleted. ` +
        `Stack ${name} can't be made beside it. Delete it with: ${command}`,
    },
  ];
};
