import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { nodeBootstrapFolder } from '../lib/self-managed/cluster-env.ts';
import { serviceCidr } from '../lib/settings/cluster-networks.ts';
import { removeCgroup } from '../lib/targets/linux/cgroups.ts';
import { planCluster, type ClusterShape } from '../lib/targets/linux/cluster-shape.ts';
import { machineDifferences } from '../lib/targets/linux/differences.ts';
import { giveImages, importImages } from '../lib/targets/linux/image-store.ts';
import type { NodeSoftware } from '../lib/targets/linux/install.ts';
import { connectNode, disconnectMachine } from '../lib/targets/linux/network.ts';
import { nodeMounts, writeNodeFiles } from '../lib/targets/linux/node-files.ts';
import { LinuxNode } from '../lib/targets/linux/node.ts';
import { Router } from '../lib/targets/linux/router.ts';
import { SharedFiles } from '../lib/targets/linux/shared-files.ts';
import { secondsOf } from './measure.ts';
import { dnsAnswers } from './dns-answers.ts';

const name = 'bare';

/**
 * Seconds from nothing to an answer of CoreDNS on a node of the same kind, with the same programs and images: the host
 * prepared, then `kubeadm init` and a file for the pods' network by hand, and nothing else.
 *
 * @param folder that is there, and is removed by the caller
 */
export async function bareKubeadm(folder: string, shape: ClusterShape, software: NodeSoftware): Promise<number> {
  const plan = planCluster(name, shape);
  const [planned] = plan.controlPlanes as [(typeof plan.controlPlanes)[0]];
  const shared = new SharedFiles(folder);
  const router = new Router(folder, `${name}/router`, shared.balancer);
  const node = new LinuxNode(name, path.join(folder, 'nodes', planned.name), planned.name, planned.address);
  const images = path.join(folder, 'images');
  try {
    return await secondsOf(async () => {
      await importImages(software, images, `${name}/images`, new AbortController().signal);
      await shared.write(plan);
      await router.start();
      await writeNodeFiles(node, planned, name, software);
      await giveImages(images, node);
      const network = await router.pid();
      if (network === undefined) throw new Error('The router is not running.');
      const pid = await node.start([
        ...nodeMounts(software, shared),
        { from: `/proc/${network}/ns/net`, to: '/opt/stand-in-router' },
      ]);
      await connectNode(network, pid, planned.name, planned.address);
      await writeFile(node.own('/etc/kubernetes/kubeadm.yaml'), configuration(shape, planned.name, planned.address));
      const result = await node.run(['bash', '-euo', 'pipefail', '-c', byHand]);
      if (result.failed) throw new Error(`kubeadm init: ${String(result.all).slice(-2000)}`);
      await dnsAnswers(node);
    });
  } finally {
    await removeCgroup(name);
    await disconnectMachine(name);
  }
}

const byHand = `
${nodeBootstrapFolder}/prepare-host.sh
kubeadm init --config /etc/kubernetes/kubeadm.yaml
cat >/etc/cni/net.d/10-pods.conflist <<'CONFIGURATION'
{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isDefaultGateway": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "10.244.0.0/24" }]] }
    }
  ]
}
CONFIGURATION
`;

/** The least that kubeadm has to be told on such a node. */
const configuration = ({ release }: ClusterShape, node: string, address: string): string => {
  const { kubelet, kubeProxy, ignorePreflightErrors } = machineDifferences;
  const kubeadm = 'kubeadm.k8s.io/v1beta4';
  return [
    {
      apiVersion: kubeadm,
      kind: 'InitConfiguration',
      nodeRegistration: { name: node, imagePullPolicy: 'IfNotPresent', ignorePreflightErrors },
      localAPIEndpoint: { advertiseAddress: address },
    },
    {
      apiVersion: kubeadm,
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${release}`,
      networking: { podSubnet: '10.244.0.0/16', serviceSubnet: serviceCidr },
    },
    { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', ...kubelet },
    { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', ...kubeProxy },
  ]
    .map((document) => stringify(document))
    .join('---\n');
};
