import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct, IDependable } from 'constructs';
import { loadBalancerAdmission } from '../../charts/load-balancer-admission.ts';
import { agentAccount, nodeLogAgent } from '../../charts/node-log-agent.ts';
import { ebsStorageClass } from '../../charts/storage-class.ts';
import { sampleWorkload } from '../../charts/web.ts';
import { EbsCsiDriver } from '../constructs/ebs-csi-driver.ts';
import { ImageRepository } from '../constructs/image-repository.ts';
import { NodeLogs } from '../constructs/node-logs.ts';
import { releaseOf } from '../catalog/versions.ts';
import { eksEc2, onFargate } from './eks-ec2.data.ts';
import { eksControlPlane, type EksControlPlane } from './eks-control-plane.ts';
import { eksWorkers } from './eks-workers.ts';
import type { EnvironmentStackProps } from './environment-stack.ts';
import { fargateCompute } from './fargate-compute.ts';
import { kubeconfigOutput, privateEntryOutputs } from './kubeconfig-outputs.ts';

/**
 * Diagram D2: a control plane that AWS runs, EC2 workers in the reader's VPC, and the sample workload on them; beside it
 * what labs about operating such a cluster need: volumes, the nodes' logs, a repository that scans images.
 * Without account and region, so that one template serves everywhere and synthesis needs no credentials.
 */
export class EksEc2 extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: EnvironmentStackProps) {
    super(scope, id, { description: 'Textbook environment EksEc2: EKS with EC2 worker nodes', ...props });
    const controlPlane = eksControlPlane(this, settings);
    const { cluster } = controlPlane;
    const { repository } = new ImageRepository(this, 'Images');
    const nodeGroup = eksWorkers(this, cluster, settings, [repository]);

    const { ebsCsiDriver: version } = releaseOf(settings.kubernetes);
    new EbsCsiDriver(this, 'EbsCsiDriver', { cluster, version }).node.addDependency(nodeGroup);
    cluster.addCdk8sChart('StorageClass', ebsStorageClass());
    cluster.addCdk8sChart('LoadBalancerAdmission', loadBalancerAdmission());
    this.nodeLogs(controlPlane, nodeGroup);

    const workload = cluster.addCdk8sChart('SampleWorkload', sampleWorkload(eksEc2.sampleNamespace));
    // Nodes outlive the chart when the stack goes, so that its pods are removed and not abandoned.
    workload.node.addDependency(nodeGroup);
    if (settings.compute === 'both') {
      const fargate = fargateCompute(this, controlPlane, eksEc2.fargateProfiles(settings));
      const serverless = cluster.addCdk8sChart('ServerlessWorkload', sampleWorkload(onFargate));
      serverless.node.addDependency(fargate);
    }

    new CfnOutput(this, 'RepositoryUri', {
      description: 'Push images here: each is scanned for known vulnerabilities. The nodes can pull them.',
      value: repository.repositoryUri,
    });
    kubeconfigOutput(this, controlPlane);
    if (settings.allowedCidrs.length === 0) privateEntryOutputs(this, controlPlane);
  }

  /** The way of the nodes' logs to CloudWatch. The nodes, and the agent's right to write, outlive the agent. */
  private nodeLogs({ cluster, clusterName, retention }: EksControlPlane, nodes: IDependable): void {
    const logs = new NodeLogs(this, 'NodeLogs', { cluster, clusterName, agent: agentAccount, retention });
    const { logGroupName } = logs.logGroup;
    const agent = cluster.addCdk8sChart('NodeLogAgent', nodeLogAgent({ region: this.region, logGroupName }));
    agent.node.addDependency(nodes, logs);
  }
}
