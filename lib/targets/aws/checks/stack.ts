import { findStack, isWhole } from '../stack.ts';
import type { AwsCheck } from './check.ts';

/**
 * Whether the environment's stack can be deployed as it stands in the account.
 *
 * @param lab names the lab in what is said
 * @param ours whether `labs up` of this machine made that stack
 */
export const stackCheck =
  (lab: string, ours: boolean): AwsCheck =>
  async ({ aws, place, environment, signal }) => {
    const { stack: name } = environment;
    const stack = await findStack(aws, name, signal);
    // Reviewed and never made: a change set that was interrupted. The CDK goes on from there.
    if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS') return [];
    const where = `in account ${place.account}, region ${place.region}`;
    const remove = ours ? `npx labs down ${lab} --on aws` : `npx cdk destroy ${name}`;
    if (stack.status.endsWith('_IN_PROGRESS'))
      return [
        `CloudFormation is at work on stack ${name} ${where} (${stack.status}). Wait until it has finished, and run the command again; ` +
          `see how it gets on with: aws cloudformation describe-stack-events --stack-name ${name} --region ${place.region} --max-items 5`,
      ];
    if (isWhole(stack)) {
      if (ours) return [];
      return [
        `Stack ${name} is there already ${where}, and labs up of this machine did not make it. ` +
          `Use it as the README says for npx cdk deploy, or remove it with: ${remove}`,
      ];
    }
    return [
      `Stack ${name} ${where} is ${stack.status}: ${meaning(stack.status)}. Remove it with: ${remove} — then bring the lab up again.`,
    ];
  };

const meaning = (status: string): string => {
  if (status === 'DELETE_FAILED') return 'not all of it could be deleted';
  if (status === 'UPDATE_ROLLBACK_FAILED') return 'neither its update nor the way back went through';
  return 'it could not be made, and such a stack can only be deleted';
};
