import type { V1Node } from '@kubernetes/client-node';
import { isReady, isUnreachable } from '../../lib/checks/conditions.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import type { FaultPlan } from '../../lib/model/fault.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import { stillUnreachable, workersOf } from '../../lib/checks/nodes.ts';
import { keepFiles, nodesOfKind, onNode, restoreFiles } from './fault-site.ts';
import { machineNames } from './machines.ts';

const config = '/var/lib/kubelet/config.yaml';

/** A field whose value must be a number. */
const wrong = 'registryPullQPS: many';

/** The worker that the fault silences: the first in the order of `kubectl get nodes`, as in the reference solution. */
const silenced = async (cluster: Cluster): Promise<V1Node | undefined> => (await workersOf(cluster))[0];

/** A kubelet that can't read its configuration. */
export const silentNode: FaultPlan = {
  async inject(site) {
    const worker = (await silenced(site.cluster))?.metadata?.name ?? '';
    await keepFiles(site, worker, [config]);
    await onNode(site, worker, `sed -i '$a ${wrong}' ${config}`);
    await onNode(site, worker, 'systemctl restart kubelet || true');
  },
  // Asks about that worker alone: another node may be NotReady for a moment, which says nothing of the fault.
  isHealed: async (cluster) => {
    const nodes = await workersOf(cluster);
    const machines = await machineNames(cluster, 'worker');
    if (nodes.length < machines.length) {
      return failed({
        ja: `ワーカーは ${machines.length} 台ありますが、クラスターのノードになっているのは ${nodes.length} 台です。`,
        en: `There are ${machines.length} workers, and ${nodes.length} of them are nodes of the cluster.`,
      });
    }
    const [node] = nodes;
    if (node === undefined || !isReady(node)) {
      const name = node?.metadata?.name ?? '';
      return failed({ ja: `Ready でないノード: ${name}`, en: `The node that is not Ready: ${name}` });
    }
    return isUnreachable(node) ? stillUnreachable : passed;
  },
  hints: [
    {
      ja: 'コンディションが False ではなく Unknown です。悪いと言っているのではなく、何も言ってこないのです。言うはずだったのは誰ですか。',
      en: 'The conditions are Unknown, not False. No component reports a problem: none reports anything. Which one should?',
    },
    {
      ja: 'そのノードに入って、OS のサービスを見てください。動いていないなら、その理由は journal にあります。',
      en: 'Enter that node and look at its systemd services. If one does not run, the journal says why.',
    },
    {
      ja: `kubelet が ${config} を読めないと言っています。行番号か項目名が出ているはずです。直したら、サービスを起動し直します。`,
      en: `The kubelet says that it can't read ${config}, and names a line or a field. After the repair, restart the service.`,
    },
  ],
  repair: `NODE=$(kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o jsonpath='{.items[0].metadata.name}')
labs node $NODE -- sed -i '/^${wrong}$/d' ${config}
labs node $NODE -- systemctl restart kubelet`,
  async restoreNodes(site) {
    for (const worker of await nodesOfKind(site, 'worker')) {
      await restoreFiles(site, worker);
      await onNode(site, worker, 'systemctl restart kubelet');
    }
  },
};
