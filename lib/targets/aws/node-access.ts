import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ExternalError } from '../../core/errors.ts';
import { apiPort } from '../../self-managed/kubeadm-config.ts';
import { withLock } from '../../platform/lock.ts';
import { newAdministrator } from './administrator.ts';
import type { AwsFolder, AwsRecord } from './aws-folder.ts';
import { redirectKubeconfig, type TunnelAddress } from './kubeconfig.ts';
import { allPages, type AwsCalls } from './operations.ts';
import type { AwsDependencies } from './dependencies.ts';
import type { SessionTarget } from './session.ts';
import type { StackState } from './stack.ts';

/** What a way into a self-managed cluster is found with. */
export interface NodeAccess {
  readonly dependencies: AwsDependencies;
  readonly aws: AwsCalls;
  readonly folder: AwsFolder;
  readonly record: Pick<AwsRecord, 'profile' | 'region' | 'labs'>;
  readonly signal: AbortSignal;
}

/** The output of the stack that names the cluster's endpoint. */
const output = 'KubeconfigCommand';

/**
 * A way into the self-managed cluster that a stack made: an administrator of its own, and a tunnel that stays open.
 *
 * @throws ExternalError when no control plane can be reached
 */
export async function nodeAddress(access: NodeAccess, stack: StackState): Promise<TunnelAddress> {
  const { dependencies, signal } = access;
  const [, name, serverName] = /set-cluster (\S+) .*--tls-server-name (\S+)/.exec(stack.outputs[output] ?? '') ?? [];
  if (name === undefined || serverName === undefined)
    throw new ExternalError({
      ja: `スタック ${stack.id} には、エンドポイントを示す出力 ${output} がありません。このバージョンの labs でデプロイし直してください。`,
      en: `Stack ${stack.id} has no output ${output} that names its endpoint. Deploy it anew with this version of the labs.`,
    });
  const target = await controlPlane(access, name);
  const administrator = await newAdministrator((script) => dependencies.sessions.run(target, script, signal));
  return { name, serverName, administrator, port: await alone(access, () => tunnel(access, target, serverName)) };
}

/**
 * Opens the tunnel of an environment again when it is not open, and has its kubeconfigs lead to it.
 *
 * @throws ExternalError when no control plane can be reached
 */
export async function keepTunnelOpen(access: NodeAccess): Promise<void> {
  const { dependencies, folder } = access;
  await alone(access, async () => {
    if ((await dependencies.sessions.openPort(folder.path)) !== undefined) return;
    const { clusters } = parse(await readFile(folder.adminKubeconfig, 'utf8')) as {
      readonly clusters: readonly { readonly name: string; readonly cluster: { readonly 'tls-server-name': string } }[];
    };
    const [{ name, cluster }] = clusters as [(typeof clusters)[0]];
    await tunnel(access, await controlPlane(access, name), cluster['tls-server-name']);
  });
}

/**
 * Runs something while no other command opens this environment's tunnel, for a second one would end the first. The lock
 * is not the one under which environments are changed: commands that hold that one open tunnels too.
 */
const alone = <T>({ folder, signal }: NodeAccess, run: () => Promise<T>): Promise<T> =>
  withLock(folder.path, () => undefined, signal, run);

/** The tunnel's port. What leads to another one is led to it. */
async function tunnel(
  { dependencies, folder, record, signal }: NodeAccess,
  target: SessionTarget,
  host: string,
): Promise<number> {
  const open = await dependencies.sessions.openPort(folder.path);
  if (open !== undefined) return open;
  const port = await dependencies.sessions.openTunnel(folder.path, target, { host, port: apiPort }, signal);
  const files =
    record.labs.length === 0 ? [] : [folder.adminKubeconfig, ...record.labs.map((lab) => folder.labKubeconfig(lab))];
  for (const file of files) await redirectKubeconfig(file, port);
  return port;
}

/** A control plane that runs. */
async function controlPlane({ aws, record, signal }: NodeAccess, cluster: string): Promise<SessionTarget> {
  const reservations = await allPages(async (token) => {
    const { Reservations, NextToken } = await aws.call(
      'ec2.DescribeInstances',
      {
        Filters: [
          { Name: 'instance-state-name', Values: ['running'] },
          { Name: `tag:kubernetes.io/cluster/${cluster}`, Values: ['owned'] },
          { Name: 'tag:Name', Values: [`${cluster}-control-plane-*`] },
        ],
        ...(token === undefined ? {} : { NextToken: token }),
      },
      signal,
    );
    return { items: Reservations, next: NextToken };
  });
  const instance = reservations.flatMap(({ Instances }) => Instances ?? [])[0]?.InstanceId;
  if (instance !== undefined) return { instance, region: record.region, profile: record.profile };
  throw new ExternalError({
    ja: `リージョン ${record.region} で、クラスター ${cluster} のコントロールプレーンが 1 台も動いていません。EC2 コンソールで起動してください。`,
    en: `No control plane of cluster ${cluster} is running in region ${record.region}. Start them in the EC2 console.`,
  });
}
