import { expect } from '@jest/globals';
import { CoordinationV1Api, CoreV1Api } from '@kubernetes/client-node';
import type { NearMisses } from '../../lib/model/near-miss.ts';

export const nearMisses: NearMisses = {
  wrongAnswers: {
    baseline: 'i-0123456789abcdef0',
    'control-plane': 'kube-controller-manager',
  },
  blocks: { ran: 41, notHere: { aws: 4, linux: 2 } },
  nearMisses: (site) => {
    const { run, hint, reset, waitUntil } = site;

    const rolledOut = () => run('rollout status deployment/web --timeout=60s');
    return {
      'the instance of another node': async () => {
        const [, second] = (await site.cluster.api(CoreV1Api).listNode()).items;
        const instance = second!.spec!.providerID!.split('/').at(-1);
        expect(await hint('baseline', instance)).toBe(
          'That is the instance of another node. Look at the order of the list again.',
        );
        expect(await hint('baseline', second!.spec!.providerID)).toMatch(/^No node of this cluster is that instance/);
      },
      "the leader of another component, and a leader's name": async () => {
        const scheduler = { name: 'kube-scheduler', namespace: 'kube-system' };
        const holder = (await site.cluster.api(CoordinationV1Api).readNamespacedLease(scheduler)).spec?.holderIdentity;
        expect(await hint('control-plane', holder)).toMatch(/^That process holds the Lease kube-scheduler\./);
        expect(await hint('control-plane', 'kube-controller-manager')).toMatch(/^No leader has that identity/);
      },
      'the ConfigMap with another value, or in another namespace': async () => {
        await run(`create configmap greeting -n default '--from-literal=message=hello, API server'`);
        expect(await hint('api-server')).toMatch(/^There is no ConfigMap greeting in namespace eks-ec2\./);
        await run('create configmap greeting --from-literal=message=hello');
        expect(await hint('api-server')).toMatch(
          /^ConfigMap greeting exists, but its data\.message does not have the changed value yet\./,
        );
        await run('delete configmap greeting -n default');
        await run('delete configmap greeting');
      },
      'scaled without its autoscaler, not rolled out, rolled out once, not rolled back': async () => {
        await run('scale deployment/web --replicas=5');
        await rolledOut();
        expect(await hint('deployment')).toMatch(/^The lower bound of HorizontalPodAutoscaler web is not 5 yet/);
        await run(`patch hpa web --type merge -p '{"spec":{"minReplicas":5}}'`);
        await run(`wait deployment/web '--for=jsonpath={.status.readyReplicas}=5' --timeout=60s`);
        expect(await hint('deployment')).toMatch(/still at its first revision/);
        await run('set env deployment/web OTHER=1');
        await rolledOut();
        expect(await hint('deployment')).toMatch(/^A revision is missing\./);
        await run('set env deployment/web VERSION=2');
        await rolledOut();
        expect(await hint('deployment')).toMatch(
          /^The rollout is complete, but the pod template does not have its previous version \(environment variable VERSION\)\./,
        );
        await reset();
      },
      'a node that was drained instead of lost': async () => {
        const node = (await site.cluster.api(CoreV1Api).listNode()).items[0]!.metadata!.name!;
        await run(`drain ${node} --ignore-daemonsets --timeout=60s`);
        await rolledOut();
        expect(await hint('lost-node')).toMatch(/^All nodes are Ready\./);
        await run(`uncordon ${node}`);
      },
      'pods recreated while a node is cordoned': async () => {
        expect(await hint('node-returns')).toMatch(/^The pods of Deployment web have not been recreated\./);
        const node = (await site.cluster.api(CoreV1Api).listNode()).items[0]!.metadata!.name!;
        await run(`cordon ${node}`);
        await run('rollout restart deployment/web');
        await rolledOut();
        expect(await hint('node-returns')).toMatch(/^The web pods are not spread evenly over the zones\./);
        await reset();
      },
      'a selector that matches nothing, or only one of the pods': async () => {
        const service = (selector: string) =>
          `{apiVersion: v1, kind: Service, metadata: {name: web-canary}, spec: {selector: {${selector}}, ports: [{port: 80, targetPort: http}]}}`;
        await run('apply -f -', service('app.kubernetes.io/name: wbe'));
        expect(await hint('service')).toMatch(/^The EndpointSlices of Service web-canary have no ready endpoint\./);
        const pod = (await run('get pods -o name')).split('\n')[0]!;
        await run(`label ${pod} track=canary`);
        await run('apply -f -', service('track: canary'));
        await run(`patch service web-canary --type merge -p '{"spec":{"selector":{"app.kubernetes.io/name":null}}}'`);
        const endpoints = () =>
          run(
            `get endpointslices -l kubernetes.io/service-name=web-canary -o jsonpath={.items[*].endpoints[*].addresses}`,
          );
        await waitUntil('the Service finds the pod', async () => (await endpoints()) !== '');
        expect(await hint('service')).toMatch(/finds pods, but not the same ones as Service web/);
        await run('delete service web-canary');
        expect(await hint('service')).toBe('There is no Service web-canary in namespace eks-ec2.');
      },
    };
  },
};
