import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { networkingLab as lab } from './lab.ts';
import { idlePod } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

const hostname = 'kubernetes.io/hostname';
const nlb = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' };
const internal = { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' };

const podSpec = (more: object = {}) => idlePod(more, { ports: [{ name: 'http', containerPort: 8080 }] });

export const nearMisses: NearMisses = {
  wrongAnswers: { 'cluster-ip': '10.0.0.0/16' },
  blocks: { ran: 26, notHere: { containers: 12, linux: 5, aws: 5 } },
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const becomes = (taskId: string, expected: RegExp) =>
      waitUntil(`${taskId}: ${expected.source}`, async () => expected.test(await hint(taskId)));
    const deployment = async (name: string, replicas: number, spec = podSpec(), labels: object = { app: name }) => {
      await apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: {
          replicas,
          strategy: { type: 'Recreate' },
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels }, spec },
        },
      });
      await run(`rollout status deployment/${name} --timeout=60s`);
    };
    const service = (name: string, spec: object, annotations: object = {}) =>
      apply({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, annotations },
        spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 8080, targetPort: 'http' }], ...spec },
      });
    const policy = (name: string, ingress: readonly object[], podSelector: object = { matchLabels: { app: 'api' } }) =>
      apply({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name },
        spec: { podSelector, policyTypes: ['Ingress'], ingress },
      });
    return {
      'the range of pods, a range that is too wide or too narrow, no range': async () => {
        const address = await run('get service web -o jsonpath={.spec.clusterIP}');
        expect(await hint('cluster-ip', '172.20.0.0/16')).toBe('(passed)');
        expect(await hint('cluster-ip', '10.0.0.0/16')).toMatch(/^That is the range of pods\./);
        expect(await hint('cluster-ip', '172.16.0.0/12')).toMatch(
          /^All current Services are in that range, but it is not the range that their addresses come from\./,
        );
        expect(await hint('cluster-ip', `${address}/32`)).toMatch(/^Their addresses are not in that range\./);
        expect(await hint('cluster-ip', '192.0.2.0/24')).toMatch(/^Their addresses are not in that range\./);
        for (const answer of [address, 'banana', '172.20.0.0/33', '172.20/16']) {
          expect(await hint('cluster-ip', answer)).toMatch(/^That is not a range of addresses\./);
        }
      },
      'too few pods, a selector that misses, a pod left out, none set aside, one still in rotation': async () => {
        expect(await hint('endpoints')).toBe("There is no Deployment api in the lab's namespace.");
        await deployment('api', 2);
        expect(await hint('endpoints')).toBe('Deployment api wants 2 pods. Scale it to 3.');
        await deployment('api', 3);
        expect(await hint('endpoints')).toBe("There is no Service api in the lab's namespace.");
        await service('api', { selector: { app: 'apl' } });
        expect(await hint('endpoints')).toMatch(/^Service api has only 0 backends\./);
        await service('api', {});
        await becomes('endpoints', /^No running pod has been set aside\./);
        const api = site.cluster.api(CoreV1Api);
        const { items } = await api.listNamespacedPod({ namespace: lab.namespace, labelSelector: 'app=api' });
        const name = items[0]!.metadata!.name!;
        // No simulated container fails its probe, so say that it has.
        const ready = (status: string) =>
          run(
            `patch pod ${name} --subresource=status --type=strategic -p '${JSON.stringify({ status: { conditions: [{ type: 'Ready', status }] } })}'`,
          );
        await ready('False');
        await waitUntil(
          'it is out of rotation',
          async () => (await hint('endpoints')) !== '(passed)' && !/^No running pod/.test(await hint('endpoints')),
        );
        expect(await hint('endpoints')).toMatch(/^(Pod api-\S+ is still out|Not all pods of Deployment api are ready)/);
        await ready('True');
        await becomes('endpoints', /^No running pod has been set aside\./);
        // It leaves the ReplicaSet, but the Service goes on picking it.
        await service('both', { selector: {} });
        await service('api', { selector: { tier: 'front' } });
        await run(`label pods -l app=api tier=front`);
        await run(`label pod ${name} app=api-debug --overwrite`);
        await run('rollout status deployment/api --timeout=60s');
        await run(`label pods -l app=api tier=front --overwrite`);
        await becomes('endpoints', /^The pod that was set aside does not run, or is still a backend of Service api\./);
        await service('api', {});
        await becomes('endpoints', /^\(passed\)$/);
        await run('delete service both');
      },
      'the default, a number that is too high, none, another policy': async () => {
        const client = async (more: object) => {
          await deployment('client', 1, podSpec(more));
          return hint('dns');
        };
        const ndots = (value: string) => ({ dnsConfig: { options: [{ name: 'ndots', value }] } });
        expect(await client({})).toMatch(/has not changed yet/);
        expect(await client({ dnsConfig: { options: [{ name: 'timeout', value: '2' }] } })).toMatch(
          /has not changed yet/,
        );
        expect(await client(ndots('3'))).toMatch(/^With ndots at 3 suffixes are still tried/);
        expect(await client(ndots('0'))).toMatch(/^With ndots at 0 even a name without a dot/);
        expect(await client({ ...ndots('2'), dnsPolicy: 'Default' })).toMatch(
          /^dnsPolicy of Deployment client is Default\./,
        );
        expect(await client({ ...ndots('2'), dnsPolicy: 'ClusterFirst' })).toBe('(passed)');
      },
      'an address, a port to be translated, an address for a name': async () => {
        await service('api-pods', {});
        expect(await hint('headless')).toMatch(/^Service api-pods has an address\./);
        await run('delete service api-pods');
        await service('api-pods', { clusterIP: 'None', ports: [{ name: 'http', port: 80, targetPort: 'http' }] });
        expect(await hint('headless')).toMatch(/^The port of Service api-pods is not 8080\./);
        await service('api-pods', { clusterIP: 'None' });
        await becomes('headless', /^There is no Service database/);
        await run('create service externalname database --external-name=10.0.0.5');
        expect(await hint('headless')).toMatch(/^Service database is not of type ExternalName with a DNS name/);
        await run('delete service database');
        await service('database', {});
        expect(await hint('headless')).toMatch(/^Service database is not of type ExternalName/);
        await run('delete service database');
        await run('create service externalname database --external-name=db.example.com');
        expect(await hint('headless')).toBe('(passed)');
      },
      'inside only, an address that is hidden, a single pod, a single node': async () => {
        await service('api-nodes', {});
        expect(await hint('node-port')).toMatch(/^Service api-nodes has type ClusterIP: it opens no port/);
        await service('api-nodes', { type: 'NodePort' });
        expect(await hint('node-port')).toMatch(/^Service api-nodes hides the client's address:/);
        await service('api-nodes', { type: 'NodePort', externalTrafficPolicy: 'Local' });
        await run('scale deployment/api --replicas=1');
        expect(await hint('node-port')).toBe('Deployment api wants 1 pods. Scale it to 3.');
        const [first] = (await site.cluster.api(CoreV1Api).listNode()).items;
        await deployment('api', 3, podSpec({ nodeSelector: { [hostname]: first!.metadata!.labels![hostname]! } }));
        await becomes('node-port', /^The pods of api are on only one node\./);
        await deployment('api', 3, podSpec({ nodeSelector: null }));
        await becomes('node-port', /^\(passed\)$/);
      },
      'no annotations, one that faces the internet, one that is billed, one on the nodes': async () => {
        const outward = { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] };
        await service('edge', outward);
        expect(await hint('load-balancer')).toMatch(/aws-load-balancer-type: nlb, .*aws-load-balancer-internal: true$/);
        await service('edge', outward, nlb);
        expect(await hint('load-balancer')).toMatch(
          /created: service\.beta\.kubernetes\.io\/aws-load-balancer-internal: true$/,
        );
        await service('edge', outward, { ...nlb, ...internal });
        expect(await hint('load-balancer')).toMatch(/^Service edge still has type LoadBalancer\./);
        await service('edge', { type: 'NodePort' }, { ...nlb, ...internal });
        expect(await hint('load-balancer')).toMatch(/^Service edge has type NodePort\./);
        // As the cloud controller keeps it, until the load balancer is gone.
        const finalizers = (list: readonly string[]) =>
          run(`patch service edge --type=merge -p '${JSON.stringify({ metadata: { finalizers: list } })}'`);
        await finalizers(['service.kubernetes.io/load-balancer-cleanup']);
        await service('edge', { type: 'ClusterIP' }, { ...nlb, ...internal });
        expect(await hint('load-balancer')).toMatch(
          /^The cloud controller is still deleting the load balancer of Service edge\./,
        );
        await finalizers([]);
        expect(await hint('load-balancer')).toBe('(passed)');
        await run('delete service edge');
        expect(await hint('load-balancer')).toBe("There is no Service edge in the lab's namespace.");
      },
      'a policy for others, one that lets everybody in, a label or a port that does not fit': async () => {
        const allowed = { from: [{ podSelector: { matchLabels: { access: 'api' } } }], ports: [{ port: 8080 }] };
        // The policy of web is for web.
        expect(await hint('network-policy')).toMatch(/^No NetworkPolicy for ingress selects the pods of api\./);
        await policy('api-closed', []);
        expect(await hint('network-policy')).toMatch(
          /^The pods of client \(labels app=client\) may not connect to port 8080 of api\./,
        );
        await policy('api-from-clients', [allowed]);
        expect(await hint('network-policy')).toMatch(/^The pods of client \(labels app=client\) may not connect/);
        await deployment('client', 1, podSpec(), { app: 'client', access: 'api' });
        expect(await hint('network-policy')).toBe('(passed)');
        await policy('api-from-clients', [{ ...allowed, ports: [{ port: 80 }] }]);
        expect(await hint('network-policy')).toMatch(/may not connect to port 8080 of api\./);
        await policy('api-from-clients', [{ from: allowed.from }]);
        expect(await hint('network-policy')).toMatch(/^client may also connect to ports of api other than 8080\./);
        await policy('api-from-clients', [{ ...allowed, from: [{ podSelector: {} }] }]);
        expect(await hint('network-policy')).toMatch(/^Every pod may connect to api\./);
        await policy('api-from-clients', [allowed]);
        await policy('everybody', [{}], {});
        expect(await hint('network-policy')).toMatch(/^Every pod may connect to api\./);
        await run('delete networkpolicy everybody');
        expect(await hint('network-policy')).toBe('(passed)');
      },
    };
  },
};
