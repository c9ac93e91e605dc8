import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../lib/platform/paths.ts';
import { LinuxCluster, type ClusterShape } from '../lib/targets/linux/cluster.ts';
import { installNodeSoftware, type NodeSoftware } from '../lib/targets/linux/install.ts';
import { restoreEtcd } from '../lib/targets/linux/restore.ts';
import { kubernetesVersions, releaseOf } from '../lib/catalog/versions.ts';
import { bareKubeadm } from './bare-kubeadm.ts';
import { clusterMemory } from './cluster-memory.ts';
import { dnsAnswers } from './dns-answers.ts';
import { compare, secondsOf } from './measure.ts';
import type { Row } from './row.ts';

/** Why the rows of target linux can't be measured here; undefined where they can. */
export function reasonAgainstLinux(): string | undefined {
  if (process.platform !== 'linux') return 'target linux needs Linux';
  return process.getuid?.() === 0 ? undefined : 'target linux needs root: run the benchmark with sudo';
}

const version = kubernetesVersions[0];
const signal = new AbortController().signal;
const silent = () => undefined;
const name = 'bench';

const shape = (controlPlanes: number, workers: number): ClusterShape => ({
  release: releaseOf(version).release,
  controlPlanes,
  workers: Array.from({ length: workers }, () => ({ zone: 'a', instanceType: 't3.medium', labels: {} })),
});

/**
 * The rows of target linux, with all programs and images in the cache.
 *
 * @param runs of one control plane, ours and theirs in turn
 */
export async function linuxRows(scratch: string, runs = 3): Promise<readonly Row[]> {
  const software = await installNodeSoftware(version, cacheFolder, silent, signal);
  return [await oneControlPlane(scratch, software, runs), ...(await fiveNodes(scratch, software))];
}

async function oneControlPlane(scratch: string, software: NodeSoftware, runs: number): Promise<Row> {
  const folder = path.join(scratch, 'one');
  const ours = async () => {
    const cluster = new LinuxCluster(name, folder);
    try {
      return await secondsOf(async () => {
        await cluster.up(shape(1, 0), software, silent, signal);
        await dnsAnswers(await cluster.node('control-plane-1'));
      });
    } finally {
      await cluster.down();
    }
  };
  const theirs = async () => {
    await mkdir(folder, { recursive: true });
    try {
      return await bareKubeadm(folder, shape(1, 0), software);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  };
  const pair = await compare(runs, ours, theirs);
  return {
    what: 'one control plane on target linux, to CoreDNS answering',
    measured: `${pair.ours.toFixed(2)} s`,
    against: `bare kubeadm init on such a node: ${pair.theirs.toFixed(2)} s`,
    result: pair.ratio,
    budget: 1.5,
    unit: '×',
  };
}

/** Three control planes and two workers: to all Ready, what they take, and a restore of etcd. */
async function fiveNodes(scratch: string, software: NodeSoftware): Promise<readonly Row[]> {
  const folder = path.join(scratch, 'five');
  const cluster = new LinuxCluster(name, folder);
  const kubectl = (...args: string[]) =>
    execa(software.programs.kubectl!, ['--kubeconfig', cluster.kubeconfig, '--request-timeout=5s', ...args], {
      reject: false,
      env: { KUBECACHEDIR: path.join(scratch, 'kubectl-cache') },
    });
  try {
    const up = await secondsOf(async () => {
      await cluster.up(shape(3, 2), software, silent, signal);
      const ready = await kubectl('wait', 'node', '--all', '--for=condition=Ready', '--timeout=120s');
      if (ready.failed) throw new Error(ready.stderr);
    });
    const memory = await clusterMemory(name);
    await cluster.bootstrap('control-plane-1', 'etcd-backup.sh', silent, signal);
    const [backup = ''] = await readdir(path.join(folder, 'cloud', 's3', `${name}-backups`, name));
    const restore = await secondsOf(async () => {
      await restoreEtcd(cluster, backup, silent, signal);
      while ((await kubectl('create', 'configmap', 'first')).failed);
    });
    const row = (what: string, result: number, budget: number, unit: string): Row => ({
      what,
      measured: `${result.toFixed(unit === 's' ? 2 : 0)} ${unit}`,
      against: '–',
      result,
      budget,
      unit,
    });
    return [
      row('three control planes and two workers Ready, warm', up, 110, 's'),
      row('memory of three control planes and two workers', memory, 2500, 'MB'),
      row('restore of a 3-member etcd, to the first write', restore, 60, 's'),
    ];
  } finally {
    await cluster.down();
  }
}
