import { networkInterfaces } from 'node:os';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import ipaddr from 'ipaddr.js';
import { defaultPodCidr, overlap } from '../../settings/cluster-networks.ts';
import { ExternalError, UsageError } from '../../core/errors.ts';
import { waitFor } from '../../core/wait-for.ts';

/** Where the addresses of nodes come from: the VPC of target linux. */
export const nodeCidr = '192.168.177.0/24';

/** This machine's interface in that network. */
const machineInterface = 'labs0';

const address = (last: number): string => nodeCidr.replace(/\d+\/\d+$/, String(last));

/** The addresses of the network, by what has them. */
export const addresses = {
  router: address(1),
  machine: address(254),
  controlPlane: (index: number): string => address(10 + index),
  worker: (index: number): string => address(20 + index),
} as const;

/** An address with the network's prefix length. */
export const withPrefix = (host: string): string => `${host}/${nodeCidr.split('/')[1]}`;

/**
 * Refuses a machine that uses the network already, for another cluster or for something else.
 *
 * @param owner the cluster that wants it
 * @throws ExternalError that names the other cluster, or the interface
 */
export async function refuseTakenNetwork(owner: string): Promise<void> {
  const other = await ownerOfInterface();
  if (other !== undefined && other !== '' && other !== owner) {
    throw new ExternalError({
      ja:
        `ターゲット linux の別のクラスター（${other}）が起動しています。1 台のマシンで動かせるのはひとつだけです。` +
        '先に、そのラボを labs down で終えてください。',
      en:
        `Another cluster of target linux is up (${other}), and a machine has the network of one. ` +
        'End its labs first, with labs down.',
    });
  }
  const range = ipaddr.IPv4.parseCIDR(nodeCidr);
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const entry of entries ?? []) {
      if (name === machineInterface || entry.family !== 'IPv4' || !ipaddr.IPv4.parse(entry.address).match(range))
        continue;
      throw new ExternalError({
        ja:
          `ターゲット linux はノードに ${nodeCidr} のアドレスを使いますが、このマシンのインターフェイス ${name} が` +
          `そのひとつ（${entry.address}）を持っています。ラボを動かすあいだ、そのインターフェイスを停止してください。`,
        en:
          `Target linux gives its nodes addresses of ${nodeCidr}, and interface ${name} of this machine has one of them ` +
          `(${entry.address}). Take that interface down while the labs run.`,
      });
    }
  }
}

/**
 * Refuses addresses of pods that are addresses of nodes too.
 *
 * @throws UsageError that names both blocks
 */
export function refusePodsAmongNodes(podCidr: string): void {
  if (!overlap(podCidr, nodeCidr)) return;
  throw new UsageError({
    ja: `設定 podCidr: 「${podCidr}」は、ターゲット linux のノードがある ${nodeCidr} と重なっています。${defaultPodCidr} のようなブロックを指定してください。`,
    en: `Setting podCidr: '${podCidr}' overlaps ${nodeCidr}, where target linux has its nodes. Give one such as ${defaultPodCidr}.`,
  });
}

/** Connects a node with the router, by the first processes of both. */
export async function connectNode(router: number, node: number, name: string, host: string): Promise<void> {
  const port = name.slice(0, 15);
  // A node that was killed may leave it for a while: the kernel keeps its network until the last connection is forgotten.
  await inNetwork(router, ['link', 'delete', port]).catch(() => undefined);
  await ip([
    'link',
    'add',
    port,
    'netns',
    String(router),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    String(node),
  ]);
  await inNetwork(router, ['link', 'set', port, 'master', 'nodes', 'up']);
  await inNetwork(node, ['address', 'add', withPrefix(host), 'dev', 'eth0']);
  await inNetwork(node, ['link', 'set', 'eth0', 'up']);
  await inNetwork(node, ['route', 'add', 'default', 'via', addresses.router]);
}

/**
 * Connects this machine with the router, so that kubectl reaches the load balancer.
 *
 * @param owner the cluster, by which its interface is known
 */
export async function connectMachine(router: number, owner: string): Promise<void> {
  await ip(['link', 'add', machineInterface, 'type', 'veth', 'peer', 'name', 'machine', 'netns', String(router)]);
  await ip(['link', 'set', machineInterface, 'alias', owner]);
  await inNetwork(router, ['link', 'set', 'machine', 'master', 'nodes', 'up']);
  await ip(['address', 'add', withPrefix(addresses.machine), 'dev', machineInterface]);
  await ip(['link', 'set', machineInterface, 'up']);
}

/** Waits until a cluster's interface is gone: the kernel removes it after the router's last process. */
export async function disconnectMachine(owner: string): Promise<void> {
  const present = await ownerOfInterface();
  if (present === undefined || (present !== '' && present !== owner)) return;
  await execa('ip', ['link', 'delete', machineInterface], { ...environmentOf('system'), reject: false });
  const isGone = () => networkInterfaces()[machineInterface] === undefined;
  await waitFor(isGone, { timeoutMs: 10_000, pauseMs: 50 });
}

/** The cluster that this machine's interface is of; empty for one that was just made, undefined when there is none. */
async function ownerOfInterface(): Promise<string | undefined> {
  const result = await execa('ip', ['-json', 'link', 'show', machineInterface], {
    ...environmentOf('system'),
    reject: false,
  });
  if (result.failed) return undefined;
  const [link] = JSON.parse(result.stdout) as { readonly ifalias?: string }[];
  return link?.ifalias ?? '';
}

const ip = (args: readonly string[]) => execa('ip', args, environmentOf('system'));

const inNetwork = (pid: number, args: readonly string[]) =>
  execa('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...args], environmentOf('system'));

/**
 * How the load balancer finds out which of several API servers serve. As on AWS, an answer may take six seconds, the
 * default of a Network Load Balancer's HTTPS check (Elastic Load Balancing's user guide, December 2026): on a machine
 * with much to do a slow API server is none that is gone. One that is gone refuses the connection, which shows at once,
 * and its connections end, so that clients connect again.
 */
const healthChecks = `  timeout check 6s
  option httpchk GET /readyz
  default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
`;

/**
 * Configuration of the load balancer in front of the API servers. Only several are checked: a single one gets every
 * connection whatever its state, as a Network Load Balancer without a healthy target sends them to all.
 *
 * @param controlPlanes addresses of the API servers by name
 * @param port of the load balancer and of the API servers
 * @param address that it listens on
 */
export const balancerConfiguration = (
  controlPlanes: Readonly<Record<string, string>>,
  port: number,
  address = addresses.router,
): string => `global
  maxconn 1000

defaults
  mode tcp
  timeout connect 2s
  # A watch is silent for as long as nothing changes.
  timeout client 1h
  timeout server 1h

frontend api
  bind ${address}:${port}
  default_backend control-planes

backend control-planes
  balance leastconn
${Object.keys(controlPlanes).length > 1 ? healthChecks : ''}${Object.entries(controlPlanes)
  .map(([name, host]) => `  server ${name} ${host}:${port}\n`)
  .join('')}`;
