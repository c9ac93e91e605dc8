import type { Stack } from 'aws-cdk-lib/core';
import { DependencyGroup, type IDependable } from 'constructs';
import { fargateAdmission } from '../../charts/fargate-admission.ts';
import { fargateLogging } from '../../charts/fargate-logging.ts';
import { applyChart } from '../constructs/applied-chart.ts';
import { FargateLogs } from '../constructs/fargate-logs.ts';
import { FargateProfiles } from '../constructs/fargate-profiles.ts';
import type { FargateProfile } from '../model/environment.ts';
import type { EksControlPlane } from './eks-control-plane.ts';

/**
 * Makes Fargate ready for pods: the profiles, the way of the pods' logs, and the policies that refuse what can't run
 * there. Right in the stack, as the control plane is.
 *
 * @returns what has to be there before a pod starts on Fargate, and to stay until the last one is gone
 */
export function fargateCompute(
  stack: Stack,
  { cluster, clusterName, vpc, retention }: EksControlPlane,
  profiles: readonly FargateProfile[],
): IDependable {
  const { logGroup } = new FargateLogs(stack, 'FargateLogs', { clusterName, retention });
  const logging = fargateLogging({ region: stack.region, logGroupName: logGroup.logGroupName });
  return new DependencyGroup(
    new FargateProfiles(stack, 'Fargate', { cluster, clusterName, vpc, profiles, logGroup }),
    applyChart('FargateLogging', { cluster, chart: logging }),
    applyChart('FargateAdmission', { cluster, chart: fargateAdmission(profiles) }),
  );
}
