import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { operationsLab as lab } from './lab.ts';
import { agentsNamespace, drillNamespace, teamNamespace } from './objects.ts';
import { idlePod } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

const zone = 'topology.kubernetes.io/zone';

const podSpec = (resources: object = {}) => idlePod({ terminationGracePeriodSeconds: 1 }, { resources });

/** A DaemonSet that looks into a folder of its node. */
const agent = (namespace: string, path: string, readOnly: boolean, nodeSelector: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'log-agent', namespace },
  spec: {
    selector: { matchLabels: { app: 'log-agent' } },
    template: {
      metadata: { labels: { app: 'log-agent' } },
      spec: {
        nodeSelector,
        containers: [
          {
            name: 'agent',
            image: 'registry.k8s.io/pause:3.10',
            volumeMounts: [{ name: 'logs', mountPath: '/logs', readOnly }],
          },
        ],
        volumes: [{ name: 'logs', hostPath: { path } }],
      },
    },
  },
});

export const nearMisses: NearMisses = {
  wrongAnswers: {
    metrics: 'kube-system/kube-dns',
    versions: '1.30',
    zones: '9',
  },
  blocks: { ran: 41, notHere: { aws: 9, containers: 4, linux: 7 } },
  afterReset: (site) => {
    const { run, reset } = site;
    const nodes = async () => (await site.cluster.api(CoreV1Api).listNode()).items;
    return {
      'reset leaves nothing in all four namespaces': async () => {
        expect(await run(`get all,quota,limitranges -n ${teamNamespace} -o name`)).toBe('');
        expect(await run(`get all -n ${drillNamespace} -o name`)).toBe('');
        expect(await run(`get all -n ${agentsNamespace} -o name`)).toBe('');
      },
      'reset opens a node that a learner left closed': async () => {
        await run(`cordon ${(await nodes())[0]!.metadata!.name!}`);
        await reset();
        expect((await nodes()).map(({ spec }) => spec?.unschedulable)).toEqual([undefined, undefined]);
      },
    };
  },
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const nodes = async () => (await site.cluster.api(CoreV1Api).listNode()).items;
    const rolledOut = (workload: string, namespace = lab.namespace) =>
      run(`rollout status ${workload} -n ${namespace} --timeout=90s`);
    const crowd = (replicas: number, resources: object = {}) =>
      apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'crowd', namespace: teamNamespace },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'crowd' } },
          template: { metadata: { labels: { app: 'crowd' } }, spec: podSpec(resources) },
        },
      });
    return {
      'the name alone, another Service': async () => {
        expect(await hint('metrics', 'kube-system/metrics-server')).toBe('(passed)');
        expect(await hint('metrics', 'metrics-server')).toBe('The name is correct. Also give its namespace.');
        expect(await hint('metrics', 'default/kubernetes')).toMatch(/^Not that Service\./);
      },
      'an agent in the wrong namespace, with the wrong folder, that may write, on one node alone': async () => {
        expect(await hint('logs')).toBe(`There is no DaemonSet log-agent in namespace ${agentsNamespace}.`);
        await apply(agent(lab.namespace, '/var/log/pods', true));
        expect(await hint('logs')).toMatch(/^DaemonSet log-agent is in the lab's namespace/);
        await run('delete daemonset log-agent');
        await apply(agent(agentsNamespace, '/var/log', true));
        expect(await hint('logs')).toBe('DaemonSet log-agent does not mount /var/log/pods of its node.');
        await apply(agent(agentsNamespace, '/var/log/pods', false));
        expect(await hint('logs')).toMatch(/^DaemonSet log-agent could write to the logs of its node\./);
        const name = (await nodes())[0]!.metadata!.name!;
        await apply(agent(agentsNamespace, '/var/log/pods', true, { 'kubernetes.io/hostname': name }));
        await rolledOut('daemonset/log-agent', agentsNamespace);
        expect(await hint('logs')).toBe('DaemonSet log-agent has a ready pod on 1 nodes. There are 2 worker nodes.');
        await apply(agent(agentsNamespace, '/var/log/pods', true));
        await rolledOut('daemonset/log-agent', agentsNamespace);
        expect(await hint('logs')).toBe('(passed)');
      },
      'half a quota, no defaults, too few pods, refused pods, pods that say it themselves': async () => {
        const inTeam = `-n ${teamNamespace}`;
        expect(await hint('limits')).toBe(`There is no ResourceQuota team in namespace ${teamNamespace}.`);
        await run(`create quota team ${inTeam} --hard=requests.cpu=300m`);
        expect(await hint('limits')).toBe('ResourceQuota team does not limit limits.memory.');
        await run(`delete quota team ${inTeam}`);
        await run(`create quota team ${inTeam} --hard=requests.cpu=300m,limits.memory=256Mi`);
        expect(await hint('limits')).toBe(`There is no LimitRange in namespace ${teamNamespace}.`);
        await apply({
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'team', namespace: teamNamespace },
          spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '100m' }, default: { memory: '32Mi' } }] },
        });
        expect(await hint('limits')).toBe(`There is no Deployment crowd in namespace ${teamNamespace}.`);
        await crowd(3);
        await rolledOut('deployment/crowd', teamNamespace);
        expect(await hint('limits')).toBe(
          'Deployment crowd wants 3 pods. Get 4 of them to run, and do not reduce the number.',
        );
        await run(`scale deployment/crowd ${inTeam} --replicas=4`);
        await run(`wait deployment/crowd ${inTeam} --for=condition=ReplicaFailure --timeout=60s`);
        expect(await hint('limits')).toMatch(/^Pods of Deployment crowd are still refused\./);
        await run(`delete deployment crowd ${inTeam}`);
        await waitUntil(
          'the quota is free again',
          async () => (await run(`get quota team ${inTeam} -o jsonpath={.status.used.requests\\.cpu}`)) === '0',
          60_000,
        );
        await crowd(4, { requests: { cpu: '50m', memory: '16Mi' }, limits: { memory: '16Mi' } });
        await rolledOut('deployment/crowd', teamNamespace);
        expect(await hint('limits')).toMatch(
          /^The requests of the pods of Deployment crowd do not come from the LimitRange\./,
        );
        await run(`delete deployment crowd ${inTeam}`);
      },
      'newer, not old enough, too old, no version': async () => {
        const minor = Number(site.kubernetes.split('.')[1]);
        for (const answer of [`1.${minor - 3}`, `v1.${minor - 3}`, `1.${minor - 3}.7`]) {
          expect(await hint('versions', answer)).toBe('(passed)');
        }
        expect(await hint('versions', `1.${minor + 1}`)).toMatch(/^That is newer than the API server/);
        expect(await hint('versions', `1.${minor}`)).toMatch(/^That version is allowed, but so is an older one\./);
        expect(await hint('versions', `1.${minor - 2}`)).toMatch(/^That version is allowed, but so is an older one\./);
        expect(await hint('versions', `1.${minor - 4}`)).toMatch(/^That is too old/);
        expect(await hint('versions', 'old')).toMatch(/^That is not a minor version\./);
      },
      'closed but not empty, no budget, one ledger, open again but in one zone': async () => {
        expect(await hint('drain')).toMatch(/^No node is cordoned\./);
        const ledgerAt = await run('get pods -l app.kubernetes.io/name=ledger -o jsonpath={.items[0].spec.nodeName}');
        await run(`cordon ${ledgerAt}`);
        expect(await hint('drain')).toMatch(/^There are still pods on the cordoned node: .*operations\/ledger-/);
        const budget = await run('get pdb ledger -o yaml');
        await run('delete pdb ledger');
        await run(`drain ${ledgerAt} --ignore-daemonsets --delete-emptydir-data --timeout=120s`);
        expect(await hint('drain')).toMatch(/^PodDisruptionBudget ledger is gone, or allows every disruption\./);
        await run('apply -f -', budget);
        expect(await hint('drain')).toBe('Deployment ledger still has one replica. The next drain would block again.');
        await run('scale deployment/ledger --replicas=2');
        await rolledOut('deployment/ledger');
        expect(await hint('drain')).toBe('(passed)');
        expect(await hint('replace')).toBe('A node is still cordoned. It gets no new pods.');
        await run(`uncordon ${ledgerAt}`);
        await rolledOut('deployment/web');
        expect(await hint('replace')).toMatch(/^Deployment web does not have pods in every zone\./);
        await run('rollout restart deployment/web');
        await rolledOut('deployment/web');
        await waitUntil('no old pod is left', async () => !(await hint('replace')).includes('web'), 60_000);
        expect(await hint('replace')).toMatch(/^Deployment ledger does not have pods in every zone\./);
      },
      'the other zone, all of them, a number out of the air': async () => {
        const items = await nodes();
        const gone = items[0]!.metadata!.labels![zone]!;
        const path = '{range .items[*].endpoints[*]}{.zone} {end}';
        const zonesOfWeb = async () =>
          (await run(`get endpointslices -l kubernetes.io/service-name=web -o 'jsonpath=${path}'`)).trim().split(' ');
        await waitUntil(
          'the pods that a rollout replaced are gone',
          async () => (await zonesOfWeb()).length === 3,
          60_000,
        );
        const zones = await zonesOfWeb();
        const kept = zones.filter((each) => each !== gone).length;
        expect(await hint('zones', String(kept))).toBe('(passed)');
        expect(await hint('zones', String(3 - kept))).toBe('That is the number that the shift would take out.');
        expect(await hint('zones', '3')).toBe('That is how many there are now.');
        expect(await hint('zones', 'some')).toMatch(/^That is not the number that would remain\./);
      },
      'no settings, no budget, a Deployment that can not start, no claim, a class that nobody serves': async () => {
        const inDrill = `-n ${drillNamespace}`;
        const copy = async (kind: string, name: string) =>
          run(
            'apply -f -',
            (await run(`get ${kind} ${name} -o yaml`)).replace(
              'namespace: operations\n',
              `namespace: ${drillNamespace}\n`,
            ),
          );
        expect(await hint('backup')).toBe(`There is no Deployment ledger in namespace ${drillNamespace}.`);
        await copy('deployment', 'ledger');
        expect(await hint('backup')).toBe(`There is no ConfigMap ledger-settings in namespace ${drillNamespace}.`);
        await copy('configmap', 'ledger-settings');
        expect(await hint('backup')).toBe(`There is no PodDisruptionBudget ledger in namespace ${drillNamespace}.`);
        await copy('poddisruptionbudget', 'ledger');
        await rolledOut('deployment/ledger', drillNamespace);
        await run(`scale deployment/ledger ${inDrill} --replicas=60`);
        expect(await hint('backup')).toMatch(/^Deployment ledger has \d+ of 60 pods ready/);
        await run(`scale deployment/ledger ${inDrill} --replicas=1`);
        await waitUntil('one ledger is left', async () => !(await hint('backup')).startsWith('Deployment'), 60_000);
        expect(await hint('backup')).toBe(`There is no PersistentVolumeClaim books in namespace ${lab.namespace}.`);
        await apply({
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'books' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'ebs-gp3',
            resources: { requests: { storage: '1Gi' } },
          },
        });
        expect(await hint('backup')).toBe('(passed)');
        await apply({
          apiVersion: 'storage.k8s.io/v1',
          kind: 'StorageClass',
          metadata: { name: 'nobody' },
          provisioner: 'example.com/nobody',
        });
        expect(await hint('backup')).toMatch(/^PersistentVolumeClaim books has no volume yet\./);
        await run('delete storageclass nobody');
      },
    };
  },
};
