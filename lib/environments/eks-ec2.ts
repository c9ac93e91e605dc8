import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { sampleWorkload } from '../../charts/web.ts';
import { ClusterAdminRole, grantAdmins } from '../constructs/cluster-access.ts';
import { ControlPlaneLogs, controlPlaneLogGroupName } from '../constructs/control-plane-logs.ts';
import { retentionOf } from '../constructs/log-retention.ts';
import { EksCluster } from '../constructs/eks-cluster.ts';
import { LabNetwork } from '../constructs/lab-network.ts';
import { ManagedAddOns } from '../constructs/managed-add-ons.ts';
import { SecretsKey } from '../constructs/secrets-key.ts';
import { WorkerNodes } from '../constructs/worker-nodes.ts';
import type { Settings } from '../settings.ts';
import { releaseOf } from '../versions.ts';
import { eksEc2 } from './eks-ec2.data.ts';

/** What the stack needs to know. */
export interface EksEc2Props extends StackProps {
  readonly settings: Settings;
}

/**
 * Diagram D2: a control plane that AWS runs, EC2 workers in the reader's VPC, and the sample workload on them.
 * Without account and region, so that one template serves everywhere and synthesis needs no credentials.
 */
export class EksEc2 extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: EksEc2Props) {
    super(scope, id, { description: 'Textbook environment EksEc2: EKS with EC2 worker nodes', ...props });
    const { kubernetes, admins, allowedCidrs, customerKey, instanceType, nodeCount } = settings;
    // The stack's name is unique in account and region, so two stages or participants never meet.
    const clusterName = this.stackName;
    const logGroupName = controlPlaneLogGroupName(clusterName);
    const retention = retentionOf(settings.logRetentionDays);

    const { vpc } = new LabNetwork(this, 'Network');
    const key = customerKey ? new SecretsKey(this, 'SecretsKey', { logGroupName }).key : undefined;
    const { logGroup } = new ControlPlaneLogs(this, 'ControlPlaneLogs', { logGroupName, retention, key });
    const { role: adminRole } = new ClusterAdminRole(this, 'Admin', { admins });
    const { cluster } = new EksCluster(this, 'Cluster', {
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

    const { nodeGroup } = new WorkerNodes(this, 'Workers', { cluster, instanceType, nodeCount });
    new ManagedAddOns(this, 'AddOns', { cluster, versions: releaseOf(kubernetes).addOns }).surround(nodeGroup);

    const workload = cluster.addCdk8sChart('SampleWorkload', sampleWorkload(eksEc2.sampleNamespace));
    // Nodes outlive the chart when the stack goes, so that its pods are removed and not abandoned.
    workload.node.addDependency(nodeGroup);

    const region = this.region;
    new CfnOutput(this, 'UpdateKubeconfigCommand', {
      description: 'Run this first: it writes a kubeconfig of its own and leaves ~/.kube/config alone.',
      value:
        `export KUBECONFIG="$PWD/${clusterName}.kubeconfig" && aws eks update-kubeconfig --region ${region} ` +
        `--name ${cluster.clusterName} --alias ${clusterName} --role-arn ${adminRole.roleArn}`,
    });
    if (allowedCidrs.length === 0) this.privateEntry(cluster.clusterEndpoint, clusterName);
  }

  /** How to reach an endpoint that only exists inside the VPC: through a node, with SSM Session Manager. */
  private privateEntry(endpoint: string, clusterName: string): void {
    const host = Fn.select(1, Fn.split('//', endpoint));
    const localPort = 8443;
    const instance =
      `$(aws ec2 describe-instances --region ${this.region} --query 'Reservations[0].Instances[0].InstanceId' ` +
      `--output text --filters Name=instance-state-name,Values=running Name=tag:eks:cluster-name,Values=${clusterName})`;
    new CfnOutput(this, 'PrivateEndpointTunnelCommand', {
      description:
        'The API endpoint is private. Keep this running in a second terminal (it needs the Session Manager plugin of ' +
        'the AWS CLI), or deploy with -c allowedCidrs=<your address>/32.',
      value:
        `aws ssm start-session --region ${this.region} --target "${instance}" ` +
        `--document-name AWS-StartPortForwardingSessionToRemoteHost ` +
        `--parameters '{"host":["${host}"],"portNumber":["443"],"localPortNumber":["${localPort}"]}'`,
    });
    new CfnOutput(this, 'PrivateEndpointKubeconfigCommand', {
      description: 'Run this after UpdateKubeconfigCommand: it points the kubeconfig at the tunnel.',
      value:
        `kubectl config set-cluster "$(kubectl config view --minify --output 'jsonpath={.contexts[0].context.cluster}')" ` +
        `--server https://127.0.0.1:${localPort} --tls-server-name ${host}`,
    });
  }
}
