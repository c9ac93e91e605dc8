import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { idleContainer, idlePod } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

const everywhere = { tolerations: [{ operator: 'Exists' }] };
const version = (value: string) =>
  idlePod({ containers: [idleContainer('main', { env: [{ name: 'VERSION', value }] })] });

export const nearMisses: NearMisses = {
  wrongAnswers: { owners: 'Deployment/web' },
  blocks: { ran: 21, notHere: { containers: 6 } },
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const workload = (kind: string, name: string, spec: object, more: object = {}) =>
      apply({
        apiVersion: 'apps/v1',
        kind,
        metadata: { name },
        spec: {
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec },
          ...more,
        },
      });
    const rolledOut = (name: string) => run(`rollout status ${name} --timeout=60s`);
    return {
      "the owner's owner, a kind without a name, a ReplicaSet of another version": async () => {
        const owner = await run(
          'get pods -l app.kubernetes.io/name=web -o jsonpath={.items[0].metadata.ownerReferences[0].name}',
        );
        for (const kind of ['replicaset', 'ReplicaSet', 'replicaset.apps', 'rs']) {
          expect([kind, await hint('owners', `${kind}/${owner}`)]).toEqual([kind, '(passed)']);
        }
        expect(await hint('owners', `Pod/${owner}`)).toMatch(/^That does not own a current web pod\./);
        expect(await hint('owners', 'deployment.apps/web')).toMatch(/^The Deployment is the owner of the owner\./);
        expect(await hint('owners', 'Deployment/web')).toMatch(/^The Deployment is the owner of the owner\./);
        expect(await hint('owners', 'ReplicaSet')).toMatch(/^Answer with the kind and the name/);
        expect(await hint('owners', 'ReplicaSet/web-5f9c7d8b6')).toMatch(/^That does not own a current web pod\./);
      },
      'an order that is none': async () => {
        const probe = { startupProbe: { httpGet: { path: '/', port: 8081 } } };
        const sidecar = idleContainer('proxy', { restartPolicy: 'Always', ...probe });
        const migrate = idleContainer('migrate');
        const shop = async (initContainers: readonly object[], containers = [idleContainer('main')]) => {
          await workload('Deployment', 'shop', idlePod({ initContainers, containers }));
          await rolledOut('deployment/shop');
          return hint('dependencies');
        };
        expect(await shop([sidecar])).toMatch(
          /^Deployment shop has no container migrate that has to end before the next one starts\./,
        );
        expect(await shop([idleContainer('migrate', { restartPolicy: 'Always' }), sidecar])).toMatch(
          /^Deployment shop has no container migrate that has to end before the next one starts\./,
        );
        expect(await shop([migrate], [idleContainer('main'), idleContainer('proxy')])).toMatch(
          /^proxy of Deployment shop is not one of the containers that start in order\./,
        );
        expect(await shop([migrate, idleContainer('proxy')])).toMatch(/^proxy is an ordinary init container\./);
        expect(await shop([migrate, idleContainer('proxy', { restartPolicy: 'Always' })])).toMatch(
          /^proxy is a sidecar, but nothing checks that it has started\./,
        );
        expect(await shop([sidecar, migrate])).toBe('proxy starts before migrate.');
        expect(await shop([migrate, sidecar])).toBe('(passed)');
      },
      'a Service with an address, the old version, an update that is held': async () => {
        const service = (more: object) =>
          apply({
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: 'store' },
            spec: { selector: { app: 'store' }, ports: [{ port: 8080 }], ...more },
          });
        const set = (value: string, partition: number) =>
          workload('StatefulSet', 'store', version(value), {
            serviceName: 'store',
            replicas: 3,
            updateStrategy: { rollingUpdate: { partition } },
          });
        await service({});
        await set('1', 0);
        await rolledOut('statefulset/store');
        expect(await hint('stateful-set')).toMatch(/is not the headless Service/);
        await run('delete service store');
        await service({ clusterIP: 'None' });
        expect(await hint('stateful-set')).toMatch(/still has its first version/);
        await set('2', 2);
        await rolledOut('statefulset/store');
        expect(await hint('stateful-set')).toBe(
          'These pods still have the old version: store-0, store-1. Is the update held at a number?',
        );
        await set('2', 0);
        await rolledOut('statefulset/store');
        expect(await hint('stateful-set')).toBe('(passed)');
        await run('delete statefulset store');
      },
      'a cordon that stays, a taint that keeps it out, only some of the nodes': async () => {
        const [first] = (await site.cluster.api(CoreV1Api).listNode()).items;
        const name = first!.metadata!.name!;
        await workload('DaemonSet', 'agent', idlePod());
        await rolledOut('daemonset/agent');
        expect(await hint('daemon-set')).toMatch(
          /^DaemonSet agent tolerates neither taints that people set nor those of control planes, so it does not run on such nodes\./,
        );
        await run(`cordon ${name}`);
        expect(await hint('daemon-set')).toBe('A node is still cordoned.');
        await run(`uncordon ${name}`);
        await workload(
          'DaemonSet',
          'agent',
          idlePod({ ...everywhere, nodeSelector: { 'kubernetes.io/hostname': name } }),
        );
        await rolledOut('daemonset/agent');
        await waitUntil('the other pod is gone', async () => (await hint('daemon-set')).startsWith('These nodes'));
        await workload('DaemonSet', 'agent', idlePod({ ...everywhere, nodeSelector: null }));
        await rolledOut('daemonset/agent');
        await waitUntil('the check passes', async () => (await hint('daemon-set')) === '(passed)');
      },
      'one part, parts without numbers, a run that nobody started, a schedule that overlaps': async () => {
        const job = async (name: string, more: object) => {
          await apply({
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: { name },
            spec: { ...more, template: { spec: idlePod({ restartPolicy: 'Never' }) } },
          });
          if (!('suspend' in more)) await run(`wait job/${name} --for=condition=Complete --timeout=60s`);
        };
        const cronJob = (more: object) =>
          apply({
            apiVersion: 'batch/v1',
            kind: 'CronJob',
            metadata: { name: 'nightly' },
            spec: {
              schedule: '0 3 * * *',
              jobTemplate: { spec: { template: { spec: idlePod({ restartPolicy: 'Never' }) } } },
              ...more,
            },
          });
        await job('report', {});
        expect(await hint('job')).toMatch(/^Job report does not have three numbered parts\./);
        await run('delete job report');
        await job('report', { completions: 3 });
        expect(await hint('job')).toMatch(/^Job report does not have three numbered parts\./);
        await run('delete job report');
        await job('report', { completions: 3, completionMode: 'Indexed', suspend: true });
        expect(await hint('job')).toBe('Job report is not complete yet (0 succeeded).');
        await run('delete job report');
        await job('report', { completions: 3, completionMode: 'Indexed' });
        expect(await hint('job')).toBe(
          'There is no CronJob nightly in namespace workloads. Was it made in another one?',
        );
        await cronJob({ timeZone: 'Asia/Tokyo' });
        expect(await hint('job')).toMatch(/^CronJob nightly lacks its time zone/);
        await cronJob({ timeZone: 'Asia/Tokyo', concurrencyPolicy: 'Forbid' });
        expect(await hint('job')).toBe('No Job of CronJob nightly is complete yet.');
        await job('nightly-now', {});
        expect(await hint('job')).toBe('No Job of CronJob nightly is complete yet.');
        await run('create job by-hand --from=cronjob/nightly');
        await run('wait job/by-hand --for=condition=Complete --timeout=60s');
        expect(await hint('job')).toBe('(passed)');
      },
      'a probe less, a probe that is patient for ever, a start that is not waited for': async () => {
        const httpGet = { path: '/healthz', port: 8080 };
        const probe = (failureThreshold: number, more: object = {}) => ({
          httpGet,
          periodSeconds: 1,
          failureThreshold,
          ...more,
        });
        const slow = async (probes: object) => {
          await workload('Deployment', 'slow', idlePod({ containers: [idleContainer('main', probes)] }));
          await rolledOut('deployment/slow');
          return hint('probes');
        };
        const readinessProbe = probe(3);
        expect(await slow({ readinessProbe, startupProbe: probe(30) })).toMatch(/^Deployment slow has lost a probe\./);
        expect(await slow({ livenessProbe: probe(30), readinessProbe })).toMatch(
          /^A more tolerant livenessProbe also notices later failures later\./,
        );
        expect(await slow({ livenessProbe: probe(3, { initialDelaySeconds: 20 }), readinessProbe })).toMatch(
          /^A more tolerant livenessProbe also notices later failures later\./,
        );
        expect(await slow({ livenessProbe: probe(3), readinessProbe })).toMatch(
          /^The application takes 8 seconds to start/,
        );
        expect(await slow({ livenessProbe: probe(3), readinessProbe, startupProbe: probe(5) })).toMatch(
          /^The application takes 8 seconds/,
        );
        expect(await slow({ livenessProbe: probe(3), readinessProbe, startupProbe: probe(30) })).toBe('(passed)');
      },
      'no limit, one that is too low, and a pod that was killed': async () => {
        const greedy = async (memory?: string) => {
          const resources = memory === undefined ? {} : { resources: { limits: { memory } } };
          const spec = idlePod({ restartPolicy: 'Never', containers: [idleContainer('main', resources)] });
          await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'greedy' }, spec });
          await run('wait pod/greedy --for=condition=Ready --timeout=60s');
          return hint('limits');
        };
        const again = () => run('delete pod greedy --now');
        expect(await greedy()).toMatch(/^Pod greedy has no memory limit\./);
        await again();
        expect(await greedy('64Mi')).toMatch(/^The limit of pod greedy, 64Mi, is too low/);
        await again();
        expect(await greedy('256Mi')).toBe('(passed)');
        // No simulated container is killed, so say that it was.
        const killed = { name: 'main', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } };
        const status = JSON.stringify({ status: { phase: 'Failed', containerStatuses: [killed] } });
        await run(`patch pod greedy --subresource=status --type=merge -p '${status}'`);
        expect(await hint('limits')).toMatch(/^Pod greedy exceeded its limit of 256Mi/);
        await again();
      },
      'scaled by hand, bounds that changed': async () => {
        await run('scale deployment/web --replicas=6');
        await rolledOut('deployment/web');
        expect(await hint('autoscaling')).toMatch(/^The target of HorizontalPodAutoscaler web is still 70 %\./);
        await run(`patch hpa web --type merge -p '{"spec":{"minReplicas":6}}'`);
        expect(await hint('autoscaling')).toMatch(
          /^The lower or upper bound of HorizontalPodAutoscaler web has changed\./,
        );
      },
    };
  },
};
