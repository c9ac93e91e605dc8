import type { Text } from '../../../core/text.ts';
import { findStack, isWhole } from '../stack.ts';
import type { AwsCheck } from './check.ts';
import { labsCommand } from '../../../model/labs-command.ts';

/**
 * Whether the environment's stack can be deployed as it stands in the account.
 *
 * @param lab names the lab in what is said
 * @param ours whether `labs up` of this machine made that stack
 */
export const stackCheck =
  (lab: string, ours: boolean): AwsCheck =>
  async ({ aws, accountRegion, environment, signal }) => {
    const { stack: name } = environment;
    const stack = await findStack(aws, name, signal);
    // Reviewed and never made: a change set that was interrupted. The CDK goes on from there.
    if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS') return [];
    const where: Text = {
      ja: `アカウント ${accountRegion.account}、リージョン ${accountRegion.region} `,
      en: `in account ${accountRegion.account}, region ${accountRegion.region}`,
    };
    const remove = ours ? labsCommand('down', lab, 'aws') : `npx cdk destroy ${name}`;
    if (stack.status.endsWith('_IN_PROGRESS')) {
      const events = `aws cloudformation describe-stack-events --stack-name ${name} --region ${accountRegion.region} --max-items 5`;
      return [
        {
          ja:
            `${where.ja}のスタック ${name} を、CloudFormation が処理しています（${stack.status}）。` +
            `終わるのを待って、もう一度実行してください。進み具合は次のコマンドで確認できます: ${events}`,
          en:
            `CloudFormation is at work on stack ${name} ${where.en} (${stack.status}). Wait until it has finished, and run the command again; ` +
            `see how it gets on with: ${events}`,
        },
      ];
    }
    if (isWhole(stack)) {
      if (ours) return [];
      return [
        {
          ja:
            `${where.ja}にはスタック ${name} がすでにありますが、このマシンの labs up で作ったものではありません。` +
            `README にある npx cdk deploy の説明に沿って使うか、次のコマンドで削除してください: ${remove}`,
          en:
            `Stack ${name} is there already ${where.en}, and labs up of this machine did not make it. ` +
            `Use it as the README says for npx cdk deploy, or remove it with: ${remove}`,
        },
      ];
    }
    const { ja, en } = meaning(stack.status);
    return [
      {
        ja: `${where.ja}のスタック ${name} は ${stack.status} です（${ja}）。次のコマンドで削除してから、もう一度ラボを起動してください: ${remove}`,
        en: `Stack ${name} ${where.en} is ${stack.status}: ${en}. Remove it with: ${remove} — then bring the lab up again.`,
      },
    ];
  };

function meaning(status: string): Text {
  if (status === 'DELETE_FAILED')
    return { ja: '削除できなかったものが残っています', en: 'not all of it could be deleted' };
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return { ja: '更新にも、元に戻すことにも失敗しました', en: 'neither its update nor the way back went through' };
  return {
    ja: '作成に失敗していて、削除するしかありません',
    en: 'it could not be made, and such a stack can only be deleted',
  };
}
