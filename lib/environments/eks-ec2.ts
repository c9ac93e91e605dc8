import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct, IDependable } from 'constructs';
import { loadBalancerAdmission } from '../../charts/load-balancer-admission.ts';
import { agentAccount, nodeLogAgent } from '../../charts/node-log-agent.ts';
import { ebsStorageClass } from '../../charts/storage-class.ts';
import { sampleWorkload } from '../../charts/web.ts';
import { applyChart } from '../constructs/applied-chart.ts';
import { EbsCsiDriver } from '../constructs/ebs-csi-driver.ts';
import { ImageRepository } from '../constructs/image-repository.ts';
import { NodeLogs } from '../constructs/node-logs.ts';
import { releaseOf } from '../catalog/versions.ts';
import { eksEc2, onFargate } from './eks-ec2.data.ts';
import { eksControlPlane, type EksControlPlane } from './eks-control-plane.ts';
import { eksWorkers } from './eks-workers.ts';
import { stackPropsOf, type EnvironmentStackProps } from './environment-stack.ts';
import { fargateCompute } from './fargate-compute.ts';
import { kubeconfigOutput, privateEntryOutputs } from './kubeconfig-outputs.ts';

/**
 * Diagram D2: a control plane that AWS runs, EC2 workers in the reader's VPC, and the sample workload on them; beside it
 * what labs about operating such a cluster need: volumes, the nodes' logs, a repository that scans images.
 * Without account and region, so that one template serves everywhere and synthesis needs no credentials.
 */
export class EksEc2 extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, {
      description: 'Textbook environment EksEc2: EKS with EC2 worker nodes',
      ...stackPropsOf(id, props),
    });
    const { settings } = props;
    const controlPlane = eksControlPlane(this, settings);
    const { cluster } = controlPlane;
    const { repository } = new ImageRepository(this, 'Images');
    const { nodes, ready } = eksWorkers(this, cluster, settings, [repository]);

    const { ebsCsiDriver: version } = releaseOf(settings.kubernetes);
    const driver = new EbsCsiDriver(this, 'EbsCsiDriver', { cluster, version });
    driver.node.addDependency(nodes);
    applyChart('StorageClass', { cluster, chart: ebsStorageClass() });
    applyChart('LoadBalancerAdmission', { cluster, chart: loadBalancerAdmission() });
    this.nodeLogs(controlPlane, ready);

    const workload = sampleWorkload(eksEc2.sampleNamespace);
    applyChart('SampleWorkload', { cluster, chart: workload, after: [ready, driver] });
    if (settings.compute === 'both') {
      const fargate = fargateCompute(this, controlPlane, eksEc2.fargateProfiles(settings));
      applyChart('ServerlessWorkload', { cluster, chart: sampleWorkload(onFargate), after: [fargate, ready] });
    }

    new CfnOutput(this, 'RepositoryUri', {
      description: 'Push images here: each is scanned for known vulnerabilities. The nodes can pull them.',
      value: repository.repositoryUri,
    });
    kubeconfigOutput(this, controlPlane);
    if (settings.allowedCidrs.length === 0) privateEntryOutputs(this, controlPlane);
  }

  /** The way of the nodes' logs to CloudWatch. The nodes, and the agent's right to write, outlive the agent. */
  private nodeLogs({ cluster, clusterName, retention }: EksControlPlane, ready: IDependable): void {
    const logs = new NodeLogs(this, 'NodeLogs', { cluster, clusterName, agent: agentAccount, retention });
    const { logGroupName } = logs.logGroup;
    const chart = nodeLogAgent({ region: this.region, logGroupName });
    applyChart('NodeLogAgent', { cluster, chart, after: [ready, logs] });
  }
}
