import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { ExternalError } from '../../core/errors.ts';
import type { Administrator } from './administrator.ts';
import type { AwsCalls } from './operations.ts';
import type { StackState } from './stack.ts';
import { writeAtomically } from '../../platform/write-atomically.ts';

/** How a cluster's API is reached, and as whom: at an endpoint of EKS, or through a tunnel. */
export type ClusterAddress = EksAddress | TunnelAddress;

/** The API of a cluster of EKS, with a role of AWS. */
export interface EksAddress {
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

/** The API of a self-managed cluster, at this machine's end of a tunnel. */
export interface TunnelAddress {
  readonly name: string;
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** The name that the API server's certificate is verified by. */
  readonly serverName: string;
  readonly administrator: Administrator;
}

/** The output of every EKS environment that says how a kubeconfig is written. */
const output = 'UpdateKubeconfigCommand';

/**
 * The address of the EKS cluster that a stack made.
 *
 * @throws ExternalError when the stack has none, or it has no endpoint yet
 */
export async function clusterAddress(
  aws: AwsCalls,
  stack: StackState,
  profile: string | undefined,
  signal?: AbortSignal,
): Promise<EksAddress> {
  const command = stack.outputs[output] ?? '';
  const [name, roleArn] = ['--name', '--role-arn'].map((option) => new RegExp(`${option} (\\S+)`).exec(command)?.[1]);
  if (name === undefined || roleArn === undefined)
    throw new ExternalError({
      ja: `スタック ${stack.id} には、クラスターとロールを示す出力 ${output} がありません。このバージョンの labs でデプロイし直してください。`,
      en: `Stack ${stack.id} has no output ${output} that names its cluster and role. Deploy it anew with this version of the labs.`,
    });
  const { cluster } = await aws.call('eks.DescribeCluster', { name }, signal);
  const { endpoint, certificateAuthority } = cluster ?? {};
  if (endpoint === undefined || certificateAuthority?.data === undefined)
    throw new ExternalError({
      ja: `クラスター ${name} にはエンドポイントがありません（${cluster?.status ?? 'クラスターが見つかりません'}）。`,
      en: `Cluster ${name} has no endpoint (it is ${cluster?.status ?? 'not there'}).`,
    });
  return {
    name,
    region: aws.region,
    endpoint,
    certificateAuthority: certificateAuthority.data,
    roleArn,
    ...(profile === undefined ? {} : { profile }),
  };
}

/** A kubeconfig whose only context is a cluster, in a namespace. */
export function kubeconfigYaml(address: ClusterAddress, namespace: string): string {
  const { name } = address;
  const { cluster, user } = 'serverName' in address ? throughTunnel(address) : withToken(address);
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      users: [{ name, user }],
    },
    { lineWidth: 0 },
  );
}

/**
 * Asks the AWS CLI for a token, and holds no secret. Region and profile stand in it, so that it means the same cluster
 * and the same person in every terminal.
 */
const withToken = ({ name, region, endpoint, certificateAuthority, roleArn, profile }: EksAddress) => ({
  cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority },
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
});

const throughTunnel = ({ port, serverName, administrator }: TunnelAddress) => ({
  cluster: {
    server: `https://127.0.0.1:${port}`,
    'tls-server-name': serverName,
    'certificate-authority-data': base64(administrator.certificateAuthority),
  },
  user: {
    'client-certificate-data': base64(administrator.certificate),
    'client-key-data': base64(administrator.key),
  },
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Writes a kubeconfig that only its owner reads. */
export const writeKubeconfig = (file: string, address: ClusterAddress, namespace: string): Promise<void> =>
  writeAtomically(file, kubeconfigYaml(address, namespace), { mode: 0o600 });

/** Has a kubeconfig lead to another port, if it leads through a tunnel. */
export async function redirectKubeconfig(file: string, port: number): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeAtomically(file, text.replace(/^( *server: https:\/\/127\.0\.0\.1:)\d+$/m, `$1${port}`), { mode: 0o600 });
}
