import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { ec2AndFargateLab as lab } from './lab.ts';
import { idlePod } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

const tolerateAll = { tolerations: [{ operator: 'Exists' }] };
const keepOffFargate = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'eks.amazonaws.com/compute-type', operator: 'DoesNotExist' }] },
        ],
      },
    },
  },
};

export const nearMisses: NearMisses = {
  wrongAnswers: { where: 'on-fargate' },
  blocks: { ran: 20, notHere: { aws: 1 } },
  afterGuide: ({ hint }) => ({
    'what is done stays done': async () => {
      for (const { id, kind } of lab.tasks) if (kind === 'do') expect([id, await hint(id)]).toEqual([id, '(passed)']);
    },
  }),
  afterReset: ({ run }) => ({
    'reset puts the other namespace back too': async () => {
      expect(await run('get hpa web -n on-fargate -o jsonpath={.spec.minReplicas}')).toBe('3');
    },
  }),
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const rolledOut = (namespace: string) => run(`rollout status -n ${namespace} deployment/web --timeout=60s`);
    return {
      'the namespace, and another profile': async () => {
        expect(await hint('where', 'on-fargate')).toMatch(/^That is the namespace's name\./);
        expect(await hint('where', 'labs')).toMatch(/^No profile with that name selected these pods\./);
        expect(await hint('where', 'serverless')).toBe('(passed)');
      },
      'a pod that asks for nothing, or does not tolerate the taint': async () => {
        const pod = (more: object) =>
          apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'wants-fargate' }, spec: idlePod(more) });
        await pod(tolerateAll);
        expect(await hint('no-choice')).toMatch(/does not ask for nodes of Fargate by their label/);
        await run('delete pod wants-fargate --now');
        const nodeSelector = { 'eks.amazonaws.com/compute-type': 'fargate' };
        await pod({ nodeSelector });
        expect(await hint('no-choice')).toMatch(/does not tolerate the taint of the nodes of Fargate/);
        await run('delete pod wants-fargate --now');
        await pod({ nodeSelector, ...tolerateAll });
        await waitUntil('the check passes', async () => (await hint('no-choice')) === '(passed)');
      },
      'a DaemonSet that waits for Fargate, and one that tolerates nothing': async () => {
        const labels = { app: 'agent' };
        const agent = (more: object) =>
          apply({
            apiVersion: 'apps/v1',
            kind: 'DaemonSet',
            metadata: { name: 'agent' },
            spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: idlePod(more) } },
          });
        await agent({});
        await run('rollout status daemonset/agent --timeout=60s');
        expect(await hint('daemonset')).toMatch(/no longer tolerates everything/);
        await agent(tolerateAll);
        await waitUntil('it wants a pod on each node', async () =>
          (await hint('daemonset')).startsWith('DaemonSet agent wants 5 pods. There are 2 EC2 nodes.'),
        );
        // Another way to say the same is as good.
        await agent({ ...tolerateAll, ...keepOffFargate });
        await waitUntil('the check passes', async () => (await hint('daemonset')) === '(passed)', 60_000);
      },
      'a pod without any port, and one that is on EC2': async () => {
        const ports = [{ containerPort: 8080 }];
        const pod = (metadata: object, withPorts: object) =>
          apply({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'opens-port', namespace: 'on-fargate', ...metadata },
            spec: idlePod({ containers: [{ ...idlePod().containers[0]!, ...withPorts }] }),
          });
        const gone = () => run('delete pod opens-port -n on-fargate --now');
        await pod({}, {});
        expect(await hint('refused')).toMatch(/^Pod opens-port has also lost port 8080 of its container\./);
        await gone();
        await pod({ annotations: { 'eks.amazonaws.com/compute-type': 'ec2' } }, { ports });
        await run('wait pod/opens-port -n on-fargate --for=condition=Ready --timeout=60s');
        expect(await hint('refused')).toBe('Pod opens-port is not ready on a node of Fargate yet.');
        await gone();
      },
      'only one of both is scaled': async () => {
        await run(`patch hpa web --type merge -p '{"spec":{"minReplicas":5}}'`);
        await run(`wait deployment/web '--for=jsonpath={.status.readyReplicas}=5' --timeout=60s`);
        expect(await hint('scaling')).toMatch(
          /^The lower bound of HorizontalPodAutoscaler web in namespace on-fargate/,
        );
      },
      'nodes that still take no pods, and one side only': async () => {
        const [first] = (await site.cluster.api(CoreV1Api).listNode()).items.filter(
          ({ metadata }) => metadata?.name?.startsWith('ip-') === true,
        );
        await run(`cordon ${first!.metadata!.name}`);
        expect(await hint('maintenance')).toBe('A node still accepts no new pods.');
        await run(`uncordon ${first!.metadata!.name}`);
        await run('rollout restart deployment/web');
        await rolledOut(lab.namespace);
        await waitUntil('only the other side is missing', async () =>
          /^The pods of Deployment web in namespace on-fargate have not/.test(await hint('maintenance')),
        );
      },
    };
  },
};
