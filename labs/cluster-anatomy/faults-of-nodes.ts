import { isReady, isUnreachable } from '../../lib/checks/conditions.ts';
import type { FaultPlan } from '../../lib/model/fault.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import { nodesOf, stillUnreachable } from '../../lib/checks/nodes.ts';
import { keepFiles, nodesOfKind, onNode, restoreFiles } from './fault-site.ts';

const config = '/var/lib/kubelet/config.yaml';

/** A field whose value must be a number. */
const wrong = 'registryPullQPS: many';

/** A kubelet that can't read its configuration. */
export const silentNode: FaultPlan = {
  async inject(site) {
    const [worker = ''] = await nodesOfKind(site, 'worker');
    await keepFiles(site, worker, [config]);
    await onNode(site, worker, `sed -i '$a ${wrong}' ${config}`);
    await onNode(site, worker, 'systemctl restart kubelet || true');
  },
  isHealed: async (cluster) => {
    const nodes = await nodesOf(cluster);
    const silent = nodes.filter((node) => !isReady(node));
    if (silent.length > 0) {
      const names = silent.map(({ metadata }) => metadata?.name ?? '').join(', ');
      return failed({ ja: `Ready でないノード: ${names}`, en: `Nodes that are not Ready: ${names}` });
    }
    return nodes.some(isUnreachable) ? stillUnreachable : passed;
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
    const [worker = ''] = await nodesOfKind(site, 'worker');
    await restoreFiles(site, worker);
    await onNode(site, worker, 'systemctl restart kubelet');
  },
};
