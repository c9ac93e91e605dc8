import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { eksFargateLab as lab } from './lab.ts';
import { outside } from './namespaces.ts';
import { idleContainer, idlePod } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

export const nearMisses: NearMisses = {
  wrongAnswers: {
    nodes: 'ip-10-0-32-1.ap-northeast-1.compute.internal',
    'too-large': 'FailedScheduling',
  },
  blocks: { ran: 31, notHere: { aws: 4, containers: 1 } },
  afterReset: ({ run, tryToRun }) => ({
    'reset leaves no object of the guide': async () => {
      await run('rollout status deployment/web --timeout=60s');
      expect(await tryToRun('get job once')).toContain('NotFound');
      expect(await run(`get pods -n ${outside} -o name`)).toBe('');
    },
  }),
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const pod = (name: string, more: object = {}, namespace = lab.namespace) =>
      apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: idlePod(more) });
    const rolledOut = (name: string) => run(`rollout status deployment/${name} --timeout=60s`);
    return {
      'the name of the pod, and the node of another one': async () => {
        const { items } = await site.cluster.api(CoreV1Api).listNamespacedPod({ namespace: 'kube-system' });
        const named = (start: string) => items.find(({ metadata }) => metadata!.name!.startsWith(start))!;
        expect(await hint('nodes', named('coredns').metadata!.name)).toMatch(/^That is the name of a pod\./);
        expect(await hint('nodes', named('metrics-server').spec!.nodeName)).toMatch(
          /^That is the node of another pod\./,
        );
        expect(await hint('nodes', 'fargate-ip-10-0-1-2')).toMatch(
          /^No pod of kube-system is on a node with that name\./,
        );
      },
      'a pod inside of a profile only, and one that is still on its way': async () => {
        await pod('stray');
        expect(await hint('profile')).toBe(`There is no pod stray in namespace ${outside}.`);
        await run('delete pod stray');
        await pod('stray', {}, outside);
        const isLookedAt = async () => !(await hint('profile')).includes('is not Pending because of a missing node');
        await waitUntil('the scheduler has looked at it', isLookedAt);
        expect(await hint('profile')).toMatch(
          /^Pod stray in outside-profiles is Pending\. Create the same pod in eks-fargate/,
        );
        await pod('stray', { containers: [idleContainer('main', { resources: { requests: { cpu: '17' } } })] });
        expect(await hint('profile')).toMatch(/is not ready on a node of Fargate yet/);
        await run('delete pod stray');
      },
      'a request that forgets what the node needs for itself': async () => {
        expect(await hint('size')).toMatch(/^Fargate provisions 0\.25vCPU 0\.5GB for the web pods\./);
        await run('set resources deployment/web --requests=cpu=300m,memory=1Gi --limits=memory=1Gi');
        await rolledOut('web');
        const isDone = async () => (await hint('size')).includes('0.5vCPU 2GB');
        await waitUntil('the old pods are gone', isDone);
        await run('set resources deployment/web --requests=cpu=300m,memory=768Mi --limits=memory=768Mi');
        await rolledOut('web');
        await waitUntil('the check passes', async () => (await hint('size')) === '(passed)');
      },
      'no pod, the message, and a pod that is small enough': async () => {
        const reason = 'POD_CPU_MEM_EXCEEDS_MAX_FARGATE_SIZE';
        expect(await hint('too-large', reason)).toMatch(
          /^The lab's namespace has no pod huge that says why it is Pending\./,
        );
        await pod('huge', { containers: [idleContainer('main', { resources: { requests: { cpu: '17' } } })] });
        const isRefused = async () => !(await hint('too-large', 'exceed')).startsWith("The lab's namespace has no pod");
        await waitUntil('it is refused', isRefused);
        expect(await hint('too-large', 'exceed the max Fargate configuration')).toMatch(/^That is from the message\./);
        expect(await hint('too-large', 'Pending')).toMatch(/^That is not the reason in condition PodScheduled\./);
        expect(await hint('too-large', reason)).toBe('(passed)');
        await run('delete pod huge');
        await pod('huge');
        await run('wait pod/huge --for=condition=Ready --timeout=60s');
        expect(await hint('too-large', reason)).toMatch(
          /^The lab's namespace has no pod huge that says why it is Pending\./,
        );
      },
      'a second container, an init container that ends, and no agent at all': async () => {
        const labels = { app: 'reporter' };
        const reporter = (spec: object) =>
          apply({
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'reporter' },
            spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
          });
        await reporter(idlePod());
        expect(await hint('sidecar')).toMatch(/^The pods of Deployment reporter have no container called agent\./);
        await reporter(idlePod({ containers: [idleContainer('main'), idleContainer('agent')] }));
        expect(await hint('sidecar')).toMatch(/^Container agent is an ordinary container\./);
        await reporter(idlePod({ initContainers: [idleContainer('agent')] }));
        expect(await hint('sidecar')).toMatch(/^agent is an ordinary init container/);
        await reporter(idlePod({ initContainers: [idleContainer('agent', { restartPolicy: 'Always' })] }));
        await rolledOut('reporter');
        expect(await hint('sidecar')).toBe('(passed)');
      },
      'scaled without its autoscaler': async () => {
        await run('scale deployment/web --replicas=5');
        await rolledOut('web');
        expect(await hint('scaling')).toMatch(/^The lower bound of HorizontalPodAutoscaler web is not 5 yet/);
      },
      'a Job that has not finished, and one that nobody cleans up': async () => {
        const job = (more: object) =>
          apply({
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: { name: 'once' },
            spec: { ...more, template: { spec: idlePod({ restartPolicy: 'Never' }) } },
          });
        await job({ suspend: true, ttlSecondsAfterFinished: 3600 });
        expect(await hint('job')).toBe('Job once has not finished yet.');
        await run('delete job once');
        await job({});
        await run('wait job/once --for=condition=Complete --timeout=60s');
        expect(await hint('job')).toMatch(/^Job once has finished, but nothing says when it is deleted\./);
        await run('delete job once');
      },
    };
  },
};
