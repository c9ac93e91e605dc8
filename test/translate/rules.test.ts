import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { recordedFields, serviceFields, taskDefinitionFields } from '../../lib/translate/ecs-fields.ts';
import type { EcsInput } from '../../lib/translate/ecs-input.ts';
import { leavesOfInput } from '../../lib/translate/leaves.ts';
import { scalingFields, scheduleFields, targetGroupFields } from '../../lib/translate/other-fields.ts';
import { allRules } from '../../lib/translate/rules.ts';
import { leafPaths } from '../../lib/translate/shape.ts';
import { translate, UnansweredError } from '../../lib/translate/translate.ts';
import { ecsFieldsSource } from '../../tools/ecs-fields/source.ts';
import { readSdkShape } from '../../tools/ecs-fields/sdk-shape.ts';
import { corpus } from './arbitrary-input.ts';

const inputs = corpus(1000);
const sdk = readSdkShape();
const ofApi = [...leafPaths(sdk.taskDefinition), ...leafPaths(sdk.service, 'service')];
const others = [
  ...leafPaths({ list: targetGroupFields }, 'targetGroups'),
  ...leafPaths(scalingFields, 'scaling'),
  ...leafPaths(scheduleFields, 'schedule'),
  'recorded',
];

describe('the paths of the ECS API', () => {
  test('are those of the pinned SDK', async () => {
    expect(taskDefinitionFields).toEqual(sdk.taskDefinition);
    expect(serviceFields).toEqual(sdk.service);
    expect(recordedFields).toEqual(sdk.recorded);
    const file = path.join(projectFolder, 'lib', 'translate', 'ecs-fields.ts');
    expect(await readFile(file, 'utf8')).toBe(await ecsFieldsSource(sdk));
  });

  test('have a rule each, and no rule is for a path that is not there', () => {
    expect(ofApi.length).toBeGreaterThanOrEqual(246);
    expect(Object.keys(allRules).toSorted()).toEqual([...ofApi, ...others].toSorted());
  });
});

test('each field of 1,000 inputs is answered, in both languages', () => {
  const known: ReadonlySet<string> = new Set(labs.map(({ id }) => id));
  // One comparison at the end: one for each of the findings, over a hundred thousand, takes minutes.
  const wrong: unknown[] = [];
  for (const input of inputs) {
    const { findings } = translate(input);
    const answered = new Set(findings.map((finding) => finding.path));
    wrong.push(...leavesOfInput(input).filter((leaf) => !answered.has(leaf.path)));
    wrong.push(
      ...findings.filter(
        ({ ja, en, lab }) =>
          !known.has(lab) ||
          /undefined|\[object|NaN/.test(ja + en) ||
          !/[\u3040-\u30ff\u4e00-\u9fff]/.test(ja) ||
          !/[.)]$/.test(en),
      ),
    );
  }
  expect(wrong).toEqual([]);
});

test('without its rule, a field is noticed', () => {
  const examples = new Map<string, EcsInput>();
  for (const input of inputs)
    for (const { rule } of leavesOfInput(input)) if (!examples.has(rule)) examples.set(rule, input);
  examples.set('recorded', { ...inputs[0]!, recorded: ['status'] });
  // The corpus has an example of each path.
  expect([...ofApi, ...others].filter((rule) => !examples.has(rule))).toEqual([]);
  for (const [rule, input] of examples) {
    const rest = Object.fromEntries(Object.entries(allRules).filter(([name]) => name !== rule));
    expect(() => translate(input, rest)).toThrow(UnansweredError);
  }
});
