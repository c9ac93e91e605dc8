import { CfnOutput, Fn, type Stack } from 'aws-cdk-lib/core';
import type { EksControlPlane } from './eks-control-plane.ts';

/** Says in the stack's outputs how to get a kubeconfig for the cluster. */
export function kubeconfigOutput(stack: Stack, { cluster, clusterName, adminRole }: EksControlPlane): void {
  new CfnOutput(stack, 'UpdateKubeconfigCommand', {
    description: 'Run this first: it writes a kubeconfig of its own and leaves ~/.kube/config alone.',
    value:
      `export KUBECONFIG="$PWD/${clusterName}.kubeconfig" && aws eks update-kubeconfig --region ${stack.region} ` +
      `--name ${cluster.clusterName} --alias ${clusterName} --role-arn ${adminRole.roleArn}`,
  });
}

/** Says how to reach an endpoint that only exists inside the VPC: through a worker node, with SSM Session Manager. */
export function privateEntryOutputs(stack: Stack, { cluster, clusterName }: EksControlPlane): void {
  const host = Fn.select(1, Fn.split('//', cluster.clusterEndpoint));
  const localPort = 8443;
  const instance =
    `$(aws ec2 describe-instances --region ${stack.region} --query 'Reservations[0].Instances[0].InstanceId' ` +
    `--output text --filters Name=instance-state-name,Values=running Name=tag:eks:cluster-name,Values=${clusterName})`;
  new CfnOutput(stack, 'PrivateEndpointTunnelCommand', {
    description:
      'The API endpoint is private. Keep this running in a second terminal (it needs the Session Manager plugin of ' +
      'the AWS CLI), or deploy with -c allowedCidrs=<your address>/32.',
    value:
      `aws ssm start-session --region ${stack.region} --target "${instance}" ` +
      `--document-name AWS-StartPortForwardingSessionToRemoteHost ` +
      `--parameters '{"host":["${host}"],"portNumber":["443"],"localPortNumber":["${localPort}"]}'`,
  });
  new CfnOutput(stack, 'PrivateEndpointKubeconfigCommand', {
    description: 'Run this after UpdateKubeconfigCommand: it points the kubeconfig at the tunnel.',
    value:
      `kubectl config set-cluster "$(kubectl config view --minify --output 'jsonpath={.contexts[0].context.cluster}')" ` +
      `--server https://127.0.0.1:${localPort} --tls-server-name ${host}`,
  });
}
