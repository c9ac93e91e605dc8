import { describe, expect, test } from '@jest/globals';
import { kubernetesVersions, releaseOf } from '../../../../lib/catalog/versions.ts';
import { environments } from '../../../../lib/environments/catalogue.ts';
import { resourceChanges } from '../../../../lib/targets/aws/changes/resource-changes.ts';
import { resourcesOf, templateOf, waitsFor } from '../../../environments/synth.ts';
import { stacks } from './samples.ts';

const managed = environments.filter((environment) => environment.controlPlanes === undefined);
const [newest, older] = kubernetesVersions;

describe.each(managed)('[C4] Kubernetes $stack', ({ id, addOns }) => {
  const stack = stacks[id]!;
  const [before, after] = [templateOf(stack, { kubernetes: older }), templateOf(stack, { kubernetes: newest })];
  const changed = resourceChanges(before.toJSON(), after.toJSON());
  const changedOf = (type: string) => changed.filter((change) => change.type === type).map((change) => change.id);
  const [cluster = ''] = changedOf('AWS::EKS::Cluster');
  const nodeGroups = Object.keys(after.findResources('AWS::EKS::Nodegroup'));
  const idsOfAddOns = Object.fromEntries(
    Object.entries(resourcesOf(after)).flatMap(([addOn, { Properties }]) =>
      typeof Properties['AddonName'] === 'string' ? [[Properties['AddonName'], addOn]] : [],
    ),
  ) as Readonly<Record<string, string>>;

  test('moves the control plane, the add-ons that nodes need, the nodes, and the add-ons that need nodes, in this order', () => {
    expect(changedOf('AWS::EKS::Nodegroup')).toEqual(nodeGroups);
    for (const addOn of changedOf('AWS::EKS::Addon')) expect(waitsFor(after, addOn)).toContain(cluster);
    for (const nodes of nodeGroups) {
      expect(waitsFor(after, nodes)).toEqual(expect.arrayContaining([cluster, idsOfAddOns['kube-proxy']]));
      // EKS waits until an add-on's Deployment works, which takes a node when the stack is new.
      expect(waitsFor(after, idsOfAddOns['coredns']!)).toContain(nodes);
    }
  });

  test.each(kubernetesVersions)('%s has the nodes and add-ons of that version', (kubernetes) => {
    const template = templateOf(stack, { kubernetes });
    const { addOns: versions } = releaseOf(kubernetes);
    const properties = (type: string) =>
      Object.values(template.findResources(type)).map((resource) => resource['Properties'] as Record<string, unknown>);
    expect(properties('AWS::EKS::Cluster').map(({ Version }) => Version)).toEqual([kubernetes]);
    for (const { Version } of properties('AWS::EKS::Nodegroup')) expect(Version).toBe(kubernetes);
    const pinned = properties('AWS::EKS::Addon').map(({ AddonName, AddonVersion }) => [AddonName, AddonVersion]);
    expect(pinned).toEqual(expect.arrayContaining(addOns.map((name) => [name, versions[name]])));
  });
});

test('[C4] kube-proxy is of the minor version of the control plane, which it may not be ahead of', () => {
  for (const kubernetes of kubernetesVersions)
    expect(releaseOf(kubernetes).addOns['kube-proxy']).toMatch(
      new RegExp(`^v${kubernetes.replace('.', String.raw`\.`)}\\.`),
    );
});
