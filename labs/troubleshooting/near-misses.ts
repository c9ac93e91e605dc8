import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import type { NearMisses } from '../../lib/model/near-miss.ts';

export const nearMisses: NearMisses = {
  wrongAnswers: {
    'api-server': 'system:masters',
    components: 'kube-scheduler',
    usage: '0',
  },
  blocks: { ran: 41, notHere: { aws: 3, containers: 3, linux: 3 } },
  nearMisses: (site) => {
    const { run, hint, waitUntil } = site;

    const firstNode = async () => (await site.cluster.api(CoreV1Api).listNode()).items[0]!.metadata!.name!;
    return {
      'a group instead of the user, the name in the kubeconfig': async () => {
        const groups = (await run("auth whoami -o jsonpath='{.status.userInfo.groups[0]}'")).trim();
        expect(await hint('api-server', groups)).toMatch(/^That is one of your groups\./);
        expect(await hint('api-server', 'admin')).toMatch(/^The API server has another name for you:/);
      },
      'the leader of another component': async () => {
        const lease = 'get lease -n kube-system kube-controller-manager -o jsonpath={.spec.holderIdentity}';
        expect(await hint('components', await run(lease))).toMatch(/^That process holds the Lease kube-con/);
        expect(await hint('components', 'kube-scheduler')).toMatch(/^No leader has that identity\./);
      },
      'a Deployment that asks for too much, in another namespace': async () => {
        expect(await hint('pending')).toMatch(/^There is no Deployment batch in namespace troubleshooting\./);
        await run('create deployment batch --image=registry.k8s.io/pause:3.10');
        // Pod Security refuses its pods, so there are none.
        expect(await hint('pending')).toMatch(/^The pod of Deployment batch does not run yet\./);
        await run('scale deployment batch --replicas=0');
        expect(await hint('pending')).toMatch(/^The pod of Deployment batch does not run yet\./);
      },
      "the lab's own pods only, and the pods of all nodes": async () => {
        const node = await firstNode();
        const own = (await run(`get pods --field-selector spec.nodeName=${node} -o name`)).split('\n').length;
        expect(await hint('usage', String(own))).toMatch(/^That counts only the pods of this lab's namespace\./);
        expect(await hint('usage', '1000')).toMatch(
          /^That is not the number\. Count the pods of all namespaces on node/,
        );
      },
      'a node that is still cordoned, and pods that were not recreated': async () => {
        expect(await hint('node')).toMatch(/^The pods of Deployment web have not been recreated yet\./);
        const node = await firstNode();
        await run(`cordon ${node}`);
        expect(await hint('node')).toBe('A node still accepts no new pods.');
        await run('rollout restart deployment/web');
        await run('rollout status deployment/web --timeout=60s');
        await run(`uncordon ${node}`);
        await waitUntil('web is on one node', async () => /^The web pods are on 1 node/.test(await hint('node')));
      },
      'no Service, one without pods, one with the wrong port': async () => {
        expect(await hint('network')).toMatch(/^There is no Service web-internal in namespace troubleshooting\./);
        await run('create service clusterip web-internal --tcp=80:8081');
        await waitUntil('it has no pods', async () => /have no ready endpoint\.$/.test(await hint('network')));
        const selector = JSON.stringify({ spec: { selector: { app: null, 'app.kubernetes.io/name': 'web' } } });
        await run(`patch service web-internal --type=merge -p '${selector}'`);
        const wrongPort = async () => /lack the port that the container listens on\.$/.test(await hint('network'));
        await waitUntil('it has the wrong port', wrongPort);
      },
    };
  },
};
