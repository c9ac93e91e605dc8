import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { selfManaged } from '../../../../lib/environments/self-managed.data.ts';
import { SelfManaged } from '../../../../lib/environments/self-managed.ts';
import { failureTolerance } from '../../../../lib/settings/quorum.ts';
import { settingNames } from '../../../../lib/settings/settings.ts';
import { resourcesOf, templateOf, waitsFor } from '../../../environments/synth.ts';
import { settingChanges, templateWith } from './setting-table.ts';

/** Attributes of a resource that stay the same for as long as it exists, whatever an update changes in it. */
const constantAttributes = ['DefaultVersionNumber', 'GroupId', 'Arn'];

const controlPlanesOf = (template: Template) => Object.keys(template.findResources('AWS::EC2::Instance'));

/** Ids and attributes of other resources that a value reads, as `ID.Attribute`. */
function attributesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'Fn::GetAtt' && Array.isArray(inner) ? [inner.map(String).join('.')] : attributesIn(inner),
  );
}

describe.each(['1', '3'])('[C7] with %s control planes, another', (controlPlanes) => {
  test.each(settingNames)('%s stops, replaces or removes no control plane that runs', (setting) => {
    for (const { from, to, changes, refusals } of settingChanges(selfManaged, setting, { controlPlanes })) {
      if (refusals.length > 0) continue;
      const [before, after] = [templateWith(selfManaged, from), templateWith(selfManaged, to)];
      const running = controlPlanesOf(before);
      const touched = changes.filter(({ id }) => running.includes(id));
      expect({ from, to, touched }).toEqual({ from, to, touched: [] });
      // Nor by a resource that they read: CloudFormation stops and starts an instance whose template has another version.
      for (const id of running) {
        const read = attributesIn(resourcesOf(after)[id]).map((attribute) => attribute.split('.'));
        const moving = read.filter(
          ([resource, attribute = '']) =>
            changes.some((change) => change.id === resource) && !constantAttributes.includes(attribute),
        );
        expect({ from, to, id, moving }).toEqual({ from, to, id, moving: [] });
      }
      // A quorum of the members from before is there at every moment of the update.
      expect(touched.length).toBeLessThanOrEqual(failureTolerance(running.length));
    }
  });
});

test('[C7] whatever another version of the templates changes, CloudFormation changes one control plane at a time', () => {
  const three = templateOf(SelfManaged, { controlPlanes: '3' });
  const instances = controlPlanesOf(three);
  expect(instances).toHaveLength(3);
  for (const one of instances) {
    for (const other of instances) {
      if (one === other) continue;
      expect(waitsFor(three, one).includes(other) || waitsFor(three, other).includes(one)).toBe(true);
    }
  }
});

test('[C7] an update that adds control planes waits for each of them', () => {
  const three = templateOf(SelfManaged, { controlPlanes: '3' });
  const conditions = three.findResources('AWS::CloudFormation::WaitCondition');
  const awaited = Object.keys(conditions).map((id) => waitsFor(three, id));
  for (const instance of controlPlanesOf(three))
    expect(awaited.filter((ids) => ids.includes(instance)).length).toBeGreaterThan(0);
  for (const { CreationPolicy } of Object.values(conditions))
    expect(CreationPolicy).toMatchObject({ ResourceSignal: { Count: 1 } });
});
