import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import type { EcsInput } from '../../lib/translate/ecs-input.ts';
import { nameOf, type KubernetesObject } from '../../lib/translate/kubernetes-object.ts';
import { translate } from '../../lib/translate/translate.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { testedVersions } from '../tier.ts';
import { corpus } from '../translate/arbitrary-input.ts';
import { samples } from '../translate/samples.ts';
import { buildTime, describeCluster, installPrograms, kubectl, kubectlDone, Machine } from './environment.ts';

jest.setTimeout(600_000);

/** How many objects one call of kubectl sends. */
const batch = 400;

/** How findings that name Pod Security "baseline" say it. */
const saysBaseline = /Pod Security baseline refuses/;

/** The objects of many inputs, each with a name of its own. */
function objectsOf(inputs: readonly EcsInput[], newestKubernetes: boolean): readonly KubernetesObject[] {
  return inputs.flatMap((input, index) =>
    translate({ ...input, newestKubernetes }).objects.map((object) => ({
      ...object,
      // Dry-runs keep nothing, so that names only tell apart what kubectl prints.
      metadata: {
        ...object.metadata,
        name: `${object.metadata.name.slice(0, 45).replace(/-+$/, '')}-${index}`.slice(0, 52),
      },
    })),
  );
}

describeCluster.each(testedVersions)('translations, on Kubernetes %s', (version) => {
  let machine: Machine;
  let access: LabAccess;

  /** What the API server says against objects. */
  const refusals = async (objects: readonly KubernetesObject[], namespace: string): Promise<readonly string[]> => {
    const said: string[] = [];
    for (let at = 0; at < objects.length; at += batch) {
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.slice(at, at + batch) });
      const { text, code } = await kubectl(
        access,
        `create -n ${namespace} --dry-run=server --validate=strict -o name -f -`,
        list,
      );
      const errors = text.split('\n').filter((line) => /^(Error|error|The |\* )/.test(line));
      said.push(...errors);
      if (code !== 0 && errors.length === 0) said.push(text.slice(0, 1000));
    }
    return said;
  };

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    access = await machine.up(lab, parseSettings({ kubernetes: version }));
    await kubectlDone(access, 'create namespace translated');
    await kubectlDone(access, 'create namespace baseline');
    await kubectlDone(access, 'label namespace baseline pod-security.kubernetes.io/enforce=baseline');
  }, buildTime);
  afterAll(() => machine.remove());

  test('of 1,000 generated inputs are accepted, with strict validation', async () => {
    const objects = objectsOf(corpus(1000), version === kubernetesVersions[0]);
    expect(objects.length).toBeGreaterThan(3000);
    expect(await refusals(objects, 'translated')).toEqual([]);
  });

  test('of the samples are accepted', async () => {
    expect(await refusals(objectsOf(Object.values(samples), false), 'translated')).toEqual([]);
  });

  test('meet Pod Security baseline wherever no finding says that they do not', async () => {
    const pods: KubernetesObject[] = [];
    const refusedOnes: string[] = [];
    for (const [index, input] of corpus(300).entries()) {
      // The standard asks less of pods on Windows.
      if (input.taskDefinition.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true) continue;
      const { objects, findings } = translate(input);
      const workload = objects.find(({ kind }) => ['Deployment', 'DaemonSet', 'Job'].includes(kind));
      if (workload === undefined) continue;
      const { template } = workload.spec as { template: { spec: object } };
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `pod-${index}` },
        spec: { ...template.spec, serviceAccountName: 'default' },
      };
      if (findings.some(({ en }) => saysBaseline.test(en))) refusedOnes.push(pod.metadata.name);
      pods.push(pod);
    }
    expect(refusedOnes.length).toBeGreaterThan(20);
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods });
    const { text } = await kubectl(access, 'create -n baseline --dry-run=server -o name -f -', list);
    const refused = [...text.matchAll(/pods "(pod-\d+)" is forbidden: violates PodSecurity/g)].map(([, name]) => name!);
    const notSaid = [...new Set(refused)].filter((name) => !refusedOnes.includes(name));
    const saidOfAccepted = refusedOnes.filter((name) => !refused.includes(name));
    expect({ notSaid, saidOfAccepted }).toEqual({ notSaid: [], saidOfAccepted: [] });
  });

  test('what no API server accepts is noticed here', async () => {
    const [workload] = translate(samples.web!).objects.filter(({ kind }) => kind === 'Deployment');
    const spec = {
      ...(workload!.spec as object),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
    };
    expect((await refusals([{ ...workload!, spec }], 'translated')).join('\n')).toContain('may not be 0');
    expect((await refusals([{ ...workload!, speck: {} }], 'translated')).join('\n')).toContain('unknown field "speck"');
    expect(nameOf(workload!)).toBe('Deployment/web');
  });
});
