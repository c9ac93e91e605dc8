import { CfnOutput, type Stack } from 'aws-cdk-lib/core';
import { clusterTag } from '../constructs/node-tags.ts';
import { apiPort } from '../self-managed/kubeadm-config.ts';

/** Where a laptop finds the API through the tunnel. */
const localPort = 8443;

/** Says in the stack's outputs how to reach the cluster from a laptop: through a node, with SSM Session Manager. */
export function selfManagedOutputs(stack: Stack, clusterName: string, endpoint: string): void {
  const session = `aws ssm start-session --region ${stack.region}`;
  const kubeconfig = `${clusterName}.kubeconfig`;
  const instance = (filter: string) =>
    `"$(aws ec2 describe-instances --region ${stack.region} --query 'Reservations[0].Instances[0].InstanceId' ` +
    `--output text --filters Name=instance-state-name,Values=running ${filter})"`;
  const output = (id: string, description: string, value: string) => new CfnOutput(stack, id, { description, value });

  output(
    'KubeconfigCommand',
    'Run this first: it copies the administrator kubeconfig from a control plane into a file of its own and points ' +
      'it at the tunnel. It leaves ~/.kube/config alone. It needs the Session Manager plugin of the AWS CLI.',
    `export KUBECONFIG="$PWD/${kubeconfig}" && (umask 077 && ${session} ` +
      `--target ${instance(`Name=tag:Name,Values=${clusterName}-control-plane-*`)} ` +
      `--document-name AWS-StartNonInteractiveCommand --parameters 'command=["sudo cat /etc/kubernetes/admin.conf"]' ` +
      `| tr -d '\\r' | sed -n '/^apiVersion:/,/client-key-data:/p' >"$KUBECONFIG") && ` +
      `kubectl config set-cluster ${clusterName} --server https://127.0.0.1:${localPort} --tls-server-name ${endpoint}`,
  );
  output(
    'TunnelCommand',
    'Keep this running in a second terminal. The certificate of the API server is verified at your end of the tunnel.',
    `${session} --target ${instance(`Name=tag:${clusterTag(clusterName)},Values=owned`)} ` +
      '--document-name AWS-StartPortForwardingSessionToRemoteHost ' +
      `--parameters '{"host":["${endpoint}"],"portNumber":["${apiPort}"],"localPortNumber":["${localPort}"]}'`,
  );
  output(
    'NodeCommand',
    'A shell on a control plane; with -worker instead of -control-plane-1, on a worker. There is no SSH.',
    `${session} --target ${instance(`Name=tag:Name,Values=${clusterName}-control-plane-1`)}`,
  );
}
