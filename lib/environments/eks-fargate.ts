import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { OidcProviderNative } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';
import { serviceAccount } from '../../charts/service-account.ts';
import { sampleWorkload } from '../../charts/web.ts';
import { applyChart } from '../constructs/applied-chart.ts';
import { ManagedAddOns } from '../constructs/managed-add-ons.ts';
import { ServiceAccountRole } from '../constructs/service-account-role.ts';
import { releaseOf } from '../catalog/versions.ts';
import { eksControlPlane, type EksControlPlane } from './eks-control-plane.ts';
import { clusterReader, eksFargate } from './eks-fargate.data.ts';
import { stackPropsOf, type EnvironmentStackProps } from './environment-stack.ts';
import { fargateCompute } from './fargate-compute.ts';
import { kubeconfigOutput } from './kubeconfig-outputs.ts';

/**
 * Diagram D3: a control plane that AWS runs, and every pod on Fargate, those of kube-system too: no EC2 instance at all.
 * Without account and region, so that one template serves everywhere and synthesis needs no credentials.
 */
export class EksFargate extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, { description: 'Textbook environment EksFargate: EKS on Fargate', ...stackPropsOf(id, props) });
    const { settings } = props;
    const controlPlane = eksControlPlane(this, settings);
    const { cluster } = controlPlane;
    const fargate = fargateCompute(this, controlPlane, eksFargate.fargateProfiles(settings));

    const addOns = new ManagedAddOns(this, 'AddOns', {
      cluster,
      addOns: eksFargate.addOns,
      versions: releaseOf(settings.kubernetes).addOns,
      coreDnsOn: 'Fargate',
    });
    addOns.node.addDependency(fargate);

    const chart = sampleWorkload(eksFargate.sampleNamespace);
    const workload = applyChart('SampleWorkload', { cluster, chart, after: [fargate, addOns] });
    this.clusterReader(controlPlane, workload);

    kubeconfigOutput(this, controlPlane);
    if (settings.allowedCidrs.length === 0) this.privateEntry(controlPlane);
  }

  /** A service account whose pods may read the description of their own cluster, and nothing else in AWS. */
  private clusterReader({ cluster }: EksControlPlane, namespaceThere: IDependable): void {
    const account = { namespace: eksFargate.sampleNamespace, name: clusterReader };
    const { roleArn } = new ServiceAccountRole(this, 'ClusterReader', {
      cluster,
      provider: new OidcProviderNative(this, 'OidcProvider', { url: cluster.clusterOpenIdConnectIssuerUrl }),
      namespace: account.namespace,
      serviceAccount: account.name,
      description: `Service account ${account.name}: reads the description of its own cluster`,
      statements: [new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: [cluster.clusterArn] })],
    });
    const chart = serviceAccount({ ...account, roleArn });
    applyChart('ServiceAccount', { cluster, chart, after: [namespaceThere] });
  }

  /** Where to stand to reach an endpoint that only exists inside the VPC, when there is no instance to tunnel through. */
  private privateEntry({ cluster, vpc }: EksControlPlane): void {
    new CfnOutput(this, 'PrivateEndpointEntry', {
      description:
        'The API endpoint is private, and no instance is there to tunnel through. Open a CloudShell VPC environment ' +
        'with these, or deploy with -c allowedCidrs=<your address>/32.',
      value: `VPC ${vpc.vpcId}, subnet ${vpc.privateSubnets[0]!.subnetId}, security group ${cluster.clusterSecurityGroupId}`,
    });
  }
}
