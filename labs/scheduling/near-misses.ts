import { expect } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { idlePod } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

const zone = 'topology.kubernetes.io/zone';
const hostname = 'kubernetes.io/hostname';
const dedicated = 'scheduling/dedicated';

const podSpec = (more: object = {}, cpu?: string) =>
  idlePod(more, cpu === undefined ? {} : { resources: { requests: { cpu } } });

/** Required node affinity. */
const inZone = (key: string, value: string) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }],
      },
    },
  },
});

const toleration = { key: dedicated, operator: 'Equal', value: 'batch', effect: 'NoSchedule' };

export const nearMisses: NearMisses = {
  wrongAnswers: { capacity: '1m' },
  blocks: { ran: 36, notHere: {} },
  afterGuide: (site) => ({
    'the guide leaves nothing outside of its namespace': async () => {
      for (const { metadata, spec } of (await site.cluster.api(CoreV1Api).listNode()).items) {
        expect([spec?.taints, spec?.unschedulable]).toEqual([undefined, undefined]);
        expect(Object.keys(metadata?.labels ?? {})).not.toEqual(expect.arrayContaining(['environment']));
      }
      expect(await site.run('get priorityclasses -o name')).not.toContain('scheduling-');
    },
  }),
  afterReset: (site) => ({
    'reset takes what a learner left half-way: taints, labels, a PriorityClass': async () => {
      const { run, reset } = site;
      const first = async () => (await site.cluster.api(CoreV1Api).listNode()).items[0]!;
      const name = (await first()).metadata!.name!;
      await run(`taint node ${name} ${dedicated}=batch:NoSchedule`);
      await run(`label node ${name} ${dedicated}=batch environment=production`);
      await run('create priorityclass scheduling-urgent --value=1000');
      await reset();
      const { metadata, spec } = await first();
      expect([metadata?.labels?.[dedicated], metadata?.labels?.environment, spec?.taints]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(await run('get priorityclasses -o name')).not.toContain('scheduling-');
    },
  }),
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const nodes = async () => (await site.cluster.api(CoreV1Api).listNode()).items;
    const pod = (name: string, spec: object, labels: object = {}) =>
      apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec });
    const deployment = (name: string, replicas: number, spec: object) =>
      apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: {
          replicas,
          strategy: { type: 'Recreate' },
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec },
        },
      });
    const rolledOut = (name: string) => run(`rollout status deployment/${name} --timeout=60s`);
    const ready = (name: string) => run(`wait pod/${name} --for=condition=Ready --timeout=60s`);
    const isPending = (name: string) =>
      waitUntil(`the scheduler has turned ${name} away`, async () =>
        (
          await run(`get pods -o jsonpath={.items[?(@.metadata.name=="${name}")].status.conditions[*].reason}`)
        ).includes('Unschedulable'),
      );
    return {
      'what is requested, what is allocatable, the whole machine, another node, no number': async () => {
        const [first, second] = await nodes();
        // So that the two nodes have different amounts left.
        await pod('uneven', podSpec({ nodeName: first!.metadata!.name }, '37m'));
        await ready('uneven');
        const { items } = await site.cluster.api(CoreV1Api).listPodForAllNamespaces();
        const requested = (name: string | undefined) =>
          items
            .filter(({ spec }) => spec?.nodeName === name)
            .flatMap(({ spec }) => spec?.containers ?? [])
            .reduce((sum, { resources }) => sum + Number((resources?.requests?.cpu ?? '0m').replace('m', '')), 0);
        const [here, there] = [requested(first!.metadata!.name), requested(second!.metadata!.name)];
        expect(await hint('capacity', `${1930 - here}m`)).toBe('(passed)');
        expect(await hint('capacity', String(1930 - here))).toBe('(passed)');
        expect(await hint('capacity', String((1930 - here) / 1000))).toBe('(passed)');
        expect(await hint('capacity', `${here}m`)).toMatch(/^That is already requested\./);
        expect(await hint('capacity', '1930m')).toMatch(/^That is the allocatable amount\./);
        expect(await hint('capacity', `${2000 - here}m`)).toMatch(/^That is calculated from the machine's capacity\./);
        expect(await hint('capacity', `${1930 - there}m`)).toMatch(/^That is what remains on another worker node\./);
        expect(await hint('capacity', 'a lot')).toMatch(/^That is not a number of millicores\./);
        expect(await hint('capacity', '1m')).toMatch(/^That is not what remains:/);
        await run('delete pod uneven --now');
      },
      "conditions removed, the printed key, the right key but nobody's zone": async () => {
        const [first] = await nodes();
        const here = first!.metadata!.labels![zone]!;
        const selector = { nodeSelector: { environment: 'production' } };
        await pod('printed', podSpec());
        await ready('printed');
        expect(await hint('printed-pod')).toMatch(
          /^Pod printed does not have both conditions of the textbook \(nodeSelector and nodeAffinity\)\./,
        );
        await run('delete pod printed --now');
        await pod('printed', podSpec({ ...selector, ...inZone('zone', 'us-west-1a') }));
        expect(await hint('printed-pod')).toMatch(
          /^The key in the nodeAffinity of pod printed is not the label with which nodes say their zone\./,
        );
        await run('delete pod printed --now');
        await pod('printed', podSpec({ ...selector, ...inZone(zone, here) }));
        await isPending('printed');
        expect(await hint('printed-pod')).toMatch(/^Pod printed is not ready yet\./);
        await run(`label node ${first!.metadata!.name} environment=production`);
        await ready('printed');
        expect(await hint('printed-pod')).toBe('(passed)');
        await run(`label node ${first!.metadata!.name} environment-`);
        await run('delete pod printed --now');
        // A pod with a nodeName goes past the scheduler.
        await pod('printed', podSpec({ nodeName: first!.metadata!.name, ...selector, ...inZone(zone, 'us-west-1a') }));
        await ready('printed');
        expect(await hint('printed-pod')).toBe('Pod printed runs outside of the zones that it names.');
        await run('delete pod printed --now');
      },
      'fewer pods, a demand, wishes by zone, and a reader that is there by chance': async () => {
        const term = (topologyKey: string) => ({ topologyKey, labelSelector: { matchLabels: { app: 'quorum' } } });
        const wish = (topologyKey: string) => ({
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term(topologyKey) }],
            },
          },
        });
        await deployment('quorum', 2, podSpec(wish(hostname)));
        await rolledOut('quorum');
        expect(await hint('affinity')).toMatch(/^Deployment quorum does not want more pods than there are workers\./);
        await deployment('quorum', 3, podSpec(wish(zone)));
        await rolledOut('quorum');
        expect(await hint('affinity')).toMatch(
          /^Deployment quorum does not prefer to keep its pods on separate nodes\./,
        );
        const demand = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(hostname)] } };
        await run('delete deployment quorum');
        await deployment('quorum', 3, podSpec({ affinity: demand }));
        expect(await hint('affinity')).toMatch(
          /^Deployment quorum does not prefer to keep its pods on separate nodes\./,
        );
        await run('delete deployment quorum');
        await deployment('quorum', 3, podSpec(wish(hostname)));
        await rolledOut('quorum');
        expect(await hint('affinity')).toBe(
          'There is no Pod cache in namespace scheduling. Was it made in another one?',
        );
        const [first] = await nodes();
        const { metadata } = first!;
        for (const name of ['cache', 'reader']) {
          await pod(name, podSpec({ nodeName: metadata!.name }), { app: name });
          await ready(name);
        }
        expect(await hint('affinity')).toBe('Pod reader does not require the node of pod cache.');
        await run('delete deployment quorum');
        await run('delete pods cache reader --now');
      },
      'a skew that is allowed, a wish, a cordon that stays, too few pods': async () => {
        const spread = (whenUnsatisfiable: string, replicas = 4, maxSkew = 1) =>
          deployment(
            'spread',
            replicas,
            podSpec({
              topologySpreadConstraints: [
                { topologyKey: zone, maxSkew, whenUnsatisfiable, labelSelector: { matchLabels: { app: 'spread' } } },
              ],
            }),
          );
        // All four on one side, which a skew of four allows.
        const second = (await nodes())[1]!.metadata!.name!;
        await run(`cordon ${second}`);
        await spread('DoNotSchedule', 4, 4);
        await rolledOut('spread');
        await run(`uncordon ${second}`);
        expect(await hint('spread')).toBe(
          'The numbers of pods of Deployment spread in the zones differ by two or more.',
        );
        await run('delete deployment spread');
        await spread('ScheduleAnyway');
        await rolledOut('spread');
        expect(await hint('spread')).toBe(
          'Deployment spread does not require that its pods are spread over the zones.',
        );
        await spread('DoNotSchedule', 2);
        await rolledOut('spread');
        expect(await hint('spread')).toBe('Deployment spread wants 2 pods. Scale it to 4.');
        await run(`cordon ${second}`);
        expect(await hint('spread')).toBe('A node is still cordoned.');
        await run(`uncordon ${second}`);
        await run('scale deployment/spread --replicas=4');
        await rolledOut('spread');
        expect(await hint('spread')).toBe('(passed)');
        await run('delete deployment spread');
      },
      'no PriorityClass, one of value 0, and room for everybody': async () => {
        await pod('urgent', podSpec({}, '1100m'));
        await ready('urgent');
        expect(await hint('priority')).toMatch(/^Pod urgent does not use PriorityClass scheduling-urgent/);
        await run('delete pod urgent --now');
        await run('create priorityclass scheduling-urgent --value=0');
        await pod('urgent', podSpec({ priorityClassName: 'scheduling-urgent' }, '1100m'));
        expect(await hint('priority')).toMatch(/or that has no value above 0/);
        await run('delete pod urgent --now');
        await run('delete priorityclass scheduling-urgent');
        await run('create priorityclass scheduling-urgent --value=1000');
        await pod('urgent', podSpec({ priorityClassName: 'scheduling-urgent' }, '1100m'));
        await ready('urgent');
        await pod('patient', podSpec({}, '10'));
        await isPending('patient');
        expect(await hint('priority')).toMatch(/^Pod urgent runs, but it preempted no pod\./);
        await run('delete pods urgent patient --now');
        await run('delete priorityclass scheduling-urgent');
      },
      'a label without a taint, a taint that only prefers, a toleration without a selector': async () => {
        const name = (await nodes())[0]!.metadata!.name!;
        const chosen = { nodeSelector: { [dedicated]: 'batch' } };
        await run(`label node ${name} ${dedicated}=batch`);
        await pod('uninvited', podSpec(chosen));
        await ready('uninvited');
        await run(`taint node ${name} ${dedicated}=batch:PreferNoSchedule`);
        expect(await hint('taints')).toMatch(/^No node rejects new pods with the taint/);
        await run(`taint node ${name} ${dedicated}-`);
        await run(`taint node ${name} ${dedicated}=batch:NoSchedule`);
        expect(await hint('taints')).toMatch(/^Pod uninvited has not been rejected\./);
        await run('delete pod uninvited --now');
        await pod('uninvited', podSpec({ nodeSelector: { [dedicated]: 'bacth' } }));
        await isPending('uninvited');
        expect(await hint('taints')).toMatch(/^The taint is not the reason why pod uninvited waits:/);
        await run('delete pod uninvited --now');
        await pod('uninvited', podSpec(chosen));
        await isPending('uninvited');
        await deployment('batch', 0, podSpec({ ...chosen, tolerations: [toleration] }));
        expect(await hint('taints')).toMatch(/^Deployment batch \(0\/0\) is not ready yet\./);
        // The scheduler is made to use both nodes: what spreads pods by default is a preference.
        const spread = {
          maxSkew: 1,
          topologyKey: hostname,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'batch' } },
        };
        await deployment('batch', 4, podSpec({ tolerations: [toleration], topologySpreadConstraints: [spread] }));
        await rolledOut('batch');
        expect(await hint('taints')).toMatch(/^Pods of Deployment batch are also on other nodes\./);
        await deployment('batch', 2, podSpec({ ...chosen, tolerations: [toleration] }));
        await rolledOut('batch');
        expect(await hint('taints')).toBe('(passed)');
      },
      'given back in part': async () => {
        const name = (await nodes())[0]!.metadata!.name!;
        expect(await hint('give-back')).toBe(`A node still has the taint ${dedicated}.`);
        await run(`taint node ${name} ${dedicated}-`);
        expect(await hint('give-back')).toBe(`A node still has the label ${dedicated}.`);
        await run(`label node ${name} ${dedicated}-`);
        expect(await hint('give-back')).toBe(
          'There is no Pod patient in namespace scheduling. Was it made in another one?',
        );
        await run('create priorityclass scheduling-urgent --value=1000');
        await pod('patient', podSpec());
        await pod('urgent', podSpec({ priorityClassName: 'scheduling-urgent' }));
        for (const each of ['patient', 'urgent', 'uninvited']) await ready(each);
        expect(await hint('give-back')).toMatch(/^PriorityClass scheduling-urgent still exists\./);
        await run('delete priorityclass scheduling-urgent');
        expect(await hint('give-back')).toBe('(passed)');
      },
    };
  },
};
