import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clusterEnvironmentFile } from '../../self-managed/cluster-env.ts';
import { serviceCidr } from '../../settings/cluster-networks.ts';
import { apiPort, kubeadmFiles } from '../../self-managed/kubeadm-config.ts';
import { balancerUrl, endpointOf, instanceId, region, type ClusterPlan } from './cluster-shape.ts';
import { machineDifferences } from './differences.ts';
import { addresses, balancerConfiguration, nodeCidr } from './network.ts';

/** Files that all nodes of a cluster, or its router, have in common, in the cluster's folder. */
export class SharedFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Settings and kubeadm's configuration: a node's `/etc/kubernetes-textbook-labs`. */
  get settings(): string {
    return path.join(this.#folder, 'settings');
  }

  /** What stands behind `aws` on all nodes. */
  get cloud(): string {
    return path.join(this.#folder, 'cloud');
  }

  /** Configuration of the load balancer. */
  get balancer(): string {
    return path.join(this.#folder, 'haproxy.cfg');
  }

  /** The names that the resolver of the network knows, each with its address. */
  get names(): string {
    return path.join(this.#folder, 'names');
  }

  /** The administrator's kubeconfig. */
  get kubeconfig(): string {
    return path.join(this.#folder, 'kubeconfig.yaml');
  }

  /** Writes what is known before the first node starts. */
  async write({ name, release, podCidr, controlPlanes, workers }: ClusterPlan): Promise<void> {
    await mkdir(this.settings, { recursive: true });
    await mkdir(path.join(this.cloud, 'ssm'), { recursive: true, mode: 0o700 });
    const files = {
      ...kubeadmFiles({
        clusterName: name,
        release,
        endpoint: endpointOf(name),
        podCidr,
        serviceCidr,
        differences: machineDifferences,
      }),
      'cluster.env': clusterEnvironmentFile({
        clusterName: name,
        kubernetesRelease: release,
        parameterPrefix: `/${name}`,
        backupBucket: `${name}-backups`,
        nodeCidr,
        podCidr,
        region,
      }),
    };
    const instances = [...controlPlanes, ...workers].map(
      (node) => `${node.name} ${instanceId(name, node.name)} ${node.address}\n`,
    );
    const servers = Object.fromEntries(controlPlanes.map((node) => [node.name, node.address]));
    const known = [
      [endpointOf(name), addresses.router],
      ...[...controlPlanes, ...workers].map((node) => [node.name, node.address]),
    ];
    await Promise.all([
      ...Object.entries(files).map(([file, text]) => writeFile(path.join(this.settings, file), text)),
      writeFile(path.join(this.cloud, 'instances'), instances.join('')),
      writeFile(this.balancer, balancerConfiguration(servers, apiPort)),
      writeFile(this.names, known.map(([host, address]) => `${host} ${address}\n`).join('')),
    ]);
  }

  /**
   * Writes the administrator's kubeconfig. The name in the API server's certificate stands; the address is the load
   * balancer's.
   *
   * @param admin the one that kubeadm wrote
   */
  async writeKubeconfig(clusterName: string, admin: string): Promise<void> {
    const endpoint = endpointOf(clusterName);
    const text = admin.replace(
      `server: https://${endpoint}:${apiPort}`,
      `server: ${balancerUrl}\n    tls-server-name: ${endpoint}`,
    );
    await writeFile(this.kubeconfig, text, { mode: 0o600 });
    await chmod(this.kubeconfig, 0o600);
  }
}
