import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { sampleWorkload } from '../../charts/web.ts';
import { eksEc2, onFargate } from './eks-ec2.data.ts';
import { eksControlPlane } from './eks-control-plane.ts';
import { eksWorkers } from './eks-workers.ts';
import type { EnvironmentStackProps } from './environment-stack.ts';
import { fargateCompute } from './fargate-compute.ts';
import { kubeconfigOutput, privateEntryOutputs } from './kubeconfig-outputs.ts';

/**
 * Diagram D2: a control plane that AWS runs, EC2 workers in the reader's VPC, and the sample workload on them.
 * Without account and region, so that one template serves everywhere and synthesis needs no credentials.
 */
export class EksEc2 extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: EnvironmentStackProps) {
    super(scope, id, { description: 'Textbook environment EksEc2: EKS with EC2 worker nodes', ...props });
    const controlPlane = eksControlPlane(this, settings);
    const nodeGroup = eksWorkers(this, controlPlane.cluster, settings);

    const workload = controlPlane.cluster.addCdk8sChart('SampleWorkload', sampleWorkload(eksEc2.sampleNamespace));
    // Nodes outlive the chart when the stack goes, so that its pods are removed and not abandoned.
    workload.node.addDependency(nodeGroup);
    if (settings.compute === 'both') {
      const fargate = fargateCompute(this, controlPlane, eksEc2.fargateProfiles(settings));
      const serverless = controlPlane.cluster.addCdk8sChart('ServerlessWorkload', sampleWorkload(onFargate));
      serverless.node.addDependency(fargate);
    }

    kubeconfigOutput(this, controlPlane);
    if (settings.allowedCidrs.length === 0) privateEntryOutputs(this, controlPlane);
  }
}
