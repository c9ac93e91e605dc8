import type { Stack } from 'aws-cdk-lib/core';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ClusterAdminRole, grantAdmins } from '../constructs/cluster-access.ts';
import { ControlPlaneLogs, controlPlaneLogGroupName } from '../constructs/control-plane-logs.ts';
import { EksCluster } from '../constructs/eks-cluster.ts';
import { LabNetwork, zonesOf } from '../constructs/lab-network.ts';
import { LeftoversCleaner } from '../constructs/leftovers-cleaner.ts';
import { retentionOf } from '../constructs/log-retention.ts';
import { SecretsKey } from '../constructs/secrets-key.ts';
import type { Settings } from '../settings/settings.ts';
import { fewestZones } from '../settings/zone-list.ts';

/** What every environment with EKS begins with. */
export interface EksControlPlane {
  /** The network of the cluster. */
  readonly vpc: IVpc;
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** The cluster's name as it was chosen, which `cluster.clusterName` is only after deployment. */
  readonly clusterName: string;
  /** The role that people assume to work with the cluster. */
  readonly adminRole: IRole;
  /** How long the environment's logs are kept. */
  readonly retention: RetentionDays;
}

/**
 * Makes a network and an EKS control plane under these settings, without compute. Right in the stack and not in a
 * construct of their own, so that their ids, and with them the names of what is deployed, stay as they are.
 */
export function eksControlPlane(stack: Stack, settings: Settings): EksControlPlane {
  const { kubernetes, admins, allowedCidrs, customerKey } = settings;
  // The stack's name is unique in account and region, so two stages or participants never meet.
  const clusterName = stack.stackName;
  const logGroupName = controlPlaneLogGroupName(clusterName);
  const retention = retentionOf(settings.logRetentionDays);

  const { vpc } = new LabNetwork(stack, 'Network', { zones: zonesOf(settings.zones, fewestZones) });
  const key = customerKey ? new SecretsKey(stack, 'SecretsKey', { logGroupName }).key : undefined;
  const { logGroup } = new ControlPlaneLogs(stack, 'ControlPlaneLogs', { logGroupName, retention, key });
  const { role: adminRole } = new ClusterAdminRole(stack, 'Admin', { admins });
  const { cluster } = new EksCluster(stack, 'Cluster', {
    clusterName,
    kubernetes,
    vpc,
    adminRole,
    allowedCidrs,
    logGroup,
    retention,
    secretsKey: key,
  });
  grantAdmins(cluster, admins);
  new LeftoversCleaner(stack, 'Leftovers', { cluster, clusterName, vpc, controlPlaneLogGroup: logGroup, retention });
  return { vpc, cluster, clusterName, adminRole, retention };
}
