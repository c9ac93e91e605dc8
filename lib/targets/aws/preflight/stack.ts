import type { Text } from '../../../core/text.ts';
import { findStack } from '../stack.ts';
import { conditionOf } from '../stack-status.ts';
import type { AwsCheck } from './check.ts';
import { labsCommand } from '../../../model/labs-command.ts';
import { destroyCommand } from '../cdk.ts';
import { callerArn, isCallers, madeBy, ownNameHint } from '../whose-stack.ts';

/**
 * Whether the environment's stack can be deployed as it stands in the account. Nobody is told to remove a stack that is
 * not theirs.
 *
 * @param lab names the lab in what is said
 * @param ours whether `labs up` of this machine made that stack
 */
export const stackCheck =
  (lab: string, ours: boolean): AwsCheck =>
  async ({ aws, accountRegion, environment, settings, stack: name, signal }) => {
    const stack = await findStack(aws, name, signal);
    const condition = conditionOf(stack?.status ?? 'DELETE_COMPLETE');
    if (stack === undefined || condition.kind === 'gone') return [];
    const where: Text = {
      ja: `アカウント ${accountRegion.account}、リージョン ${accountRegion.region} `,
      en: `in account ${accountRegion.account}, region ${accountRegion.region}`,
    };
    // Empty: a change set that was interrupted. The CDK goes on from there.
    const isUnsigned = condition.kind === 'empty' && Object.keys(stack.tags).length === 0;
    if (!ours && !isUnsigned && !isCallers(stack, await callerArn(aws, signal))) {
      const [made, hint] = [madeBy(stack), ownNameHint({ id: lab })];
      return [
        {
          ja: `${where.ja}にはスタック ${name} がすでにあり（${stack.status}）、このマシンの labs up で作ったものではありません。${made.ja}。${hint.ja}`,
          en: `Stack ${name} is there already ${where.en} (${stack.status}), and labs up of this machine did not make it: ${made.en}. ${hint.en}`,
        },
      ];
    }
    if (condition.kind === 'empty') return [];
    const remove = ours ? labsCommand('down', lab, 'aws') : destroyCommand(environment.stack, settings);
    if (condition.kind === 'busy') {
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
    if (condition.kind === 'whole') {
      if (ours) return [];
      const made = madeBy(stack);
      return [
        {
          ja:
            `${where.ja}にはスタック ${name} がすでにありますが、このマシンの labs up で作ったものではありません。${made.ja}。つまり、あなたです。` +
            `そのマシンで使うか、README にある npx cdk deploy の説明に沿って使うか、次のコマンドで削除してください: ${remove}`,
          en:
            `Stack ${name} is there already ${where.en}, and labs up of this machine did not make it: ${made.en}, and that is you. ` +
            `Use it from that machine, or as the README says for npx cdk deploy, or remove it with: ${remove}`,
        },
      ];
    }
    const { meaning, rollback } = condition;
    const back: Text = rollback
      ? {
          ja: `最後に正しく動いていた状態に戻すには: npx cdk rollback ${name}　それができなければ、`,
          en: `Bring it back to how it was before with: npx cdk rollback ${name} — or, if that fails, remove`,
        }
      : { ja: '', en: 'Remove' };
    return [
      {
        ja: `${where.ja}のスタック ${name} は ${stack.status} です（${meaning.ja}）。${back.ja}次のコマンドで削除してから、もう一度ラボを起動してください: ${remove}`,
        en: `Stack ${name} ${where.en} is ${stack.status}: ${meaning.en}. ${back.en} it with: ${remove} — then bring the lab up again.`,
      },
    ];
  };
