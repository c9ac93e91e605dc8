import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { SurroundingsError } from '../../errors.ts';
import type { AwsCalls } from './operations.ts';
import type { StackState } from './stack.ts';

/** How a cluster's API is reached, and as whom. */
export interface ClusterAddress {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  /** The cluster's certificate authority, in base64. */
  readonly certificateAuthority: string;
  /** The role that is a cluster admin. */
  readonly roleArn: string;
  /** Profile with the credentials that assume the role. @default those of the environment */
  readonly profile?: string;
}

/** The output of every EKS environment that says how a kubeconfig is written. */
const output = 'UpdateKubeconfigCommand';

/**
 * The address of the cluster that a stack made.
 *
 * @throws SurroundingsError when the stack has none, or it has no endpoint yet
 */
export async function clusterAddress(
  aws: AwsCalls,
  stack: StackState,
  profile: string | undefined,
  signal?: AbortSignal,
): Promise<ClusterAddress> {
  const command = stack.outputs[output] ?? '';
  const [name, roleArn] = ['--name', '--role-arn'].map((option) => new RegExp(`${option} (\\S+)`).exec(command)?.[1]);
  if (name === undefined || roleArn === undefined)
    throw new SurroundingsError(
      `Stack ${stack.id} has no output ${output} that names its cluster and role. Deploy it anew with this version of the labs.`,
    );
  const { cluster } = await aws.call('eks.DescribeCluster', { name }, signal);
  const { endpoint, certificateAuthority } = cluster ?? {};
  if (endpoint === undefined || certificateAuthority?.data === undefined)
    throw new SurroundingsError(`Cluster ${name} has no endpoint (it is ${cluster?.status ?? 'not there'}).`);
  return {
    name,
    region: aws.region,
    endpoint,
    certificateAuthority: certificateAuthority.data,
    roleArn,
    ...(profile === undefined ? {} : { profile }),
  };
}

/**
 * A kubeconfig that asks the AWS CLI for a token. It holds no secret. Region and profile stand in it, so that it means
 * the same cluster and the same person in every terminal.
 */
export function kubeconfigYaml(address: ClusterAddress, namespace: string): string {
  const { name, region, endpoint, certificateAuthority, roleArn, profile } = address;
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      users: [
        {
          name,
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: 'aws',
              args: [
                ...['--region', region, 'eks', 'get-token', '--cluster-name', name],
                ...['--role-arn', roleArn, '--output', 'json'],
              ],
              ...(profile === undefined ? {} : { env: [{ name: 'AWS_PROFILE', value: profile }] }),
              interactiveMode: 'IfAvailable',
              provideClusterInfo: false,
            },
          },
        },
      ],
    },
    { lineWidth: 0 },
  );
}

/** Writes a kubeconfig that only its owner reads. */
export async function writeKubeconfig(file: string, address: ClusterAddress, namespace: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, kubeconfigYaml(address, namespace), { mode: 0o600 });
  // The mode above counts for a new file only.
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}
