import { expect } from '@jest/globals';
import { CoordinationV1Api, CoreV1Api } from '@kubernetes/client-node';
import type { NearMisses } from '../../lib/model/near-miss.ts';

export const nearMisses: NearMisses = {
  wrongAnswers: {
    'control-layer': 'kube-controller-manager',
    runtime: 'docker://25.0.14',
  },
  blocks: { ran: 31, notHere: { aws: 22, containers: 1, linux: 4 } },
  beforeGuide: (site) => {
    const { run, reset } = site;
    const rolledOut = () => run('rollout status deployment/web --timeout=60s');
    return {
      'the application is up as it is described': async () => {
        await rolledOut();
        expect(await run('get deployment web -o jsonpath={.status.availableReplicas}')).toBe('3');
        expect(await run('get hpa web -o jsonpath={.spec.minReplicas},{.spec.maxReplicas}')).toBe('3,6');
        expect(await run('get pdb web -o jsonpath={.spec.minAvailable}')).toBe('2');
        expect(new Set((await run('get pods -o jsonpath={.items[*].spec.nodeName}')).split(' ')).size).toBe(2);
      },
      'a drain keeps what has to stay up': async () => {
        const [first] = (await site.cluster.api(CoreV1Api).listNode()).items;
        const node = first!.metadata!.name!;
        await run(`drain ${node} --ignore-daemonsets --timeout=60s`);
        await rolledOut();
        await run(`uncordon ${node}`);
        await reset();
      },
    };
  },
  afterReset: (site) => ({
    'reset leaves no Service of the guide, and no taint': async () => {
      await site.run('rollout status deployment/web --timeout=60s');
      expect(await site.tryToRun('get service web-internal')).toContain('NotFound');
      for (const { spec } of (await site.cluster.api(CoreV1Api).listNode()).items) expect(spec?.taints).toBeUndefined();
    },
  }),
  nearMisses: (site) => {
    const { run, hint, reset, waitUntil } = site;

    const rolledOut = () => run('rollout status deployment/web --timeout=60s');
    const nodes = async () => (await site.cluster.api(CoreV1Api).listNode()).items;
    return {
      'the Lease of a leader, and one that does not exist': async () => {
        expect(await hint('control-layer', 'kube-scheduler')).toMatch(
          /^kube-scheduler is a Lease for leader election\./,
        );
        const leases = await site.cluster.api(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-system' });
        const own = leases.items.find(({ metadata }) => metadata!.name!.startsWith('apiserver-'))!.metadata!.name!;
        expect(await hint('control-layer', own)).toBe('(passed)');
        expect(await hint('control-layer', own.slice(0, -1))).toMatch(
          /^There is no Lease with that name in kube-system\./,
        );
      },
      'the wrong version, or one that is not rolled out': async () => {
        expect(await hint('api')).toMatch(/the variable VERSION is 1\. It should be 2/);
        await run('set env deployment/web VERSION=3');
        expect(await hint('api')).toMatch(/the variable VERSION is 3/);
        await run('set env deployment/web VERSION-');
        expect(await hint('api')).toMatch(/the variable VERSION is not set/);
        await run('rollout pause deployment/web');
        await run('set env deployment/web VERSION=2');
        expect(await hint('api')).toMatch(/^The rollout is not complete\./);
        await run('rollout resume deployment/web');
        await rolledOut();
        expect(await hint('api')).toBe('(passed)');
      },
      'no owner, or the later one': async () => {
        expect(await hint('state')).toMatch(/has no annotation owner/);
        await run('annotate deployment web owner=team-b');
        expect(await hint('state')).toMatch(/The annotation owner of Deployment web is team-b/);
        await run('label deployment web owner=team-a');
        expect(await hint('state')).toMatch(/is team-b/);
      },
      'a zone that is preferred, that does not exist, and pods that have not moved yet': async () => {
        const zone = (await nodes())[0]!.metadata!.labels!['topology.kubernetes.io/zone']!;
        const term = (name: string) =>
          `{"matchExpressions":[{"key":"topology.kubernetes.io/zone","operator":"In","values":["${name}"]}]}`;
        const affinity = (nodeAffinity: string) =>
          run(
            `patch deployment web --type merge -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":${nodeAffinity}}}}}}'`,
          );
        await affinity(`{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":${term(zone)}}]}`);
        await rolledOut();
        expect(await hint('scheduler')).toMatch(/may still run in any zone/);
        const required = (name: string) =>
          affinity(`{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[${term(name)}]}}`);
        await required('nowhere-1z');
        expect(await hint('scheduler')).toMatch(/^There is no node in zone nowhere-1z/);
        await run('rollout pause deployment/web');
        await required(zone);
        expect(await hint('scheduler')).toMatch(/^The rollout is not complete\./);
        await run('rollout resume deployment/web');
        await rolledOut();
        await waitUntil('the check passes', async () => (await hint('scheduler')) === '(passed)');
        await reset();
      },
      'a node that was drained instead of lost, and one that is lost for good': async () => {
        const [first] = await nodes();
        const name = first!.metadata!.name!;
        await run(`drain ${name} --ignore-daemonsets --timeout=60s`);
        expect(await hint('nodes')).toMatch(/^No node has joined the cluster/);
        await run(`delete node ${name}`);
        expect(await hint('nodes')).toMatch(/^No node has joined the cluster/);
        await reset();
      },
      'a node that takes no pods instead of one that is silent': async () => {
        const name = (await nodes())[0]!.metadata!.name!;
        await run(`cordon ${name}`);
        await run(`taint node ${name} node.kubernetes.io/unreachable=:NoSchedule`);
        expect(await hint('agent')).toMatch(/^All nodes are Ready\./);
        await run(`uncordon ${name}`);
        await reset();
      },
      'another port, a port nobody listens on, other pods': async () => {
        expect(await hint('network')).toBe('There is no Service web-internal in namespace ecs-and-eks.');
        const expose = async (options: string, name = 'deployment web') => {
          await run('delete service web-internal --ignore-not-found');
          await run(`expose ${name} --name=web-internal ${options}`);
        };
        await expose('--port=80 --target-port=http');
        expect(await hint('network')).toMatch(/^The port of Service web-internal is 80\./);
        await expose('--port=8081');
        expect(await hint('network')).toMatch(
          /sends traffic to a port \(8081\) on which the container does not listen/,
        );
        const pod = (await run('get pods -o name')).split('\n')[0]!;
        await run(`label ${pod} track=canary`);
        await expose('--port=8081 --target-port=http --selector=track=canary');
        const endpoints = () =>
          run(
            'get endpointslices -l kubernetes.io/service-name=web-internal -o jsonpath={.items[*].endpoints[*].addresses}',
          );
        await waitUntil('the Service finds the pod', async () => (await endpoints()) !== '');
        expect(await hint('network')).toMatch(/^Service web-internal does not have the same pods as Service web\./);
      },
      'the name of the runtime alone, and another one': async () => {
        expect(await hint('runtime', 'containerd')).toMatch(/^The name of the runtime is correct\./);
        expect(await hint('runtime', '')).not.toBe('(passed)');
        expect(await hint('runtime', 'cri-o://1.36')).toMatch(/^That is not what the node reports/);
      },
    };
  },
};
