import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** CDK's name for a number of days that CloudWatch Logs keeps logs. */
export function retentionOf(days: number): RetentionDays {
  const found = Object.values(RetentionDays)
    .filter((value) => typeof value !== 'string')
    .find((value: number) => value === days);
  if (found === undefined) throw new Error(`CloudWatch Logs offers no retention of ${days} days.`);
  return found;
}
