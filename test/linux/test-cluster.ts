import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../../lib/platform/paths.ts';
import { retry } from '../../lib/core/retry.ts';
import type { Report } from '../../lib/core/step.ts';
import { isTransientFailure } from '../../lib/targets/shared/kubectl.ts';
import { LinuxCluster } from '../../lib/targets/linux/cluster.ts';
import { installNodeSoftware, type NodeSoftware } from '../../lib/targets/linux/install.ts';
import { releaseOf, type KubernetesVersionName } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { progress } from './environment.ts';

/** How many nodes a cluster of a test has. */
export interface TestShape {
  readonly controlPlanes: number;
  readonly workers: number;
}

const name = 'linux-test';

/** Nobody presses Ctrl-C. */
export const never = new AbortController().signal;

/** Prints nothing: the log has it. */
export const silent = (): void => undefined;

/** What kubectl prints. Where an API server gives no answer for a moment, it is run again. */
export function printedBy(
  kubectl: () => Promise<{ readonly failed: boolean; readonly stdout: string; readonly stderr: string }>,
  args: readonly string[],
): Promise<string> {
  const once = async () => {
    const { failed, stdout, stderr } = await kubectl();
    if (failed) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  return retry(once, { isTransient: isTransientFailure, timeoutMs: 30_000, pauseMs: 500 });
}

/** A cluster of a test, in a folder of its own, with what tests do to one. */
export class TestCluster {
  readonly cluster: LinuxCluster;
  readonly #folder: string;
  readonly #version: KubernetesVersionName;
  readonly #software: NodeSoftware;

  private constructor(folder: string, version: KubernetesVersionName, software: NodeSoftware) {
    this.#folder = folder;
    this.#version = version;
    this.#software = software;
    this.cluster = new LinuxCluster(name, path.join(folder, 'cluster'));
  }

  /** One that is not up yet. */
  static async prepare(version: KubernetesVersionName): Promise<TestCluster> {
    const software = await installNodeSoftware(version, cacheFolder, progress(), never);
    return new TestCluster(await temporaryFolder('linux'), version, software);
  }

  /** Brings a cluster up. */
  static async up(version: KubernetesVersionName, shape: TestShape): Promise<TestCluster> {
    const made = await TestCluster.prepare(version);
    await made.up(shape, progress());
    return made;
  }

  /** Brings it up, and tells each step. */
  async up(shape: TestShape, report: Report): Promise<void> {
    const worker = { zone: 'a', instanceType: 't3.medium', labels: {} } as const;
    const workers = Array.from({ length: shape.workers }, () => worker);
    const { release } = releaseOf(this.#version);
    await this.cluster.up({ release, controlPlanes: shape.controlPlanes, workers }, this.#software, report, never);
  }

  async down(): Promise<void> {
    await this.cluster.down();
    await removeFolder(this.#folder);
  }

  /** What kubectl answers; it may fail. */
  kubectl(args: readonly string[], kubeconfig = this.cluster.kubeconfig) {
    return execa(this.#software.programs.kubectl!, ['--kubeconfig', kubeconfig, '--request-timeout=10s', ...args], {
      reject: false,
      env: { KUBECACHEDIR: path.join(this.#folder, 'kubectl-cache') },
    });
  }

  /** What kubectl prints. */
  done(args: readonly string[]): Promise<string> {
    return printedBy(() => this.kubectl(args), args);
  }

  /** What a script of bash prints that runs on a node. */
  async on(node: string, script: string): Promise<string> {
    const result = await (await this.cluster.node(node)).run(['bash', '-euo', 'pipefail', '-c', script]);
    if (result.failed) throw new Error(`On ${node}: ${String(result.all)}`);
    return String(result.stdout);
  }

  /** Runs a shell file of `bootstrap/` on a node. */
  bootstrap(node: string, file: string, args: readonly string[] = []): Promise<void> {
    return this.cluster.bootstrap(node, file, progress(), never, args);
  }

  /** Backups in the bucket, the oldest first. */
  async backups(): Promise<readonly string[]> {
    return (await readdir(this.file('cloud', 's3', `${name}-backups`, name)).catch(() => [])).sort();
  }

  /** A file of the cluster, as the machine sees it. */
  file(...parts: readonly string[]): string {
    return path.join(this.#folder, 'cluster', ...parts);
  }

  /** The value of a parameter that nodes share. */
  parameter = (which: string): string => this.file('cloud', 'ssm', name, which);
}
