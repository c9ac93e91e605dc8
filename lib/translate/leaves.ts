import type { EcsInput } from './ecs-input.ts';
import { serviceFields, taskDefinitionFields } from './ecs-fields.ts';
import { leavesOf, type Leaf } from './shape.ts';
import { scalingFields, scheduleFields, targetGroupFields } from './other-fields.ts';

/** Everything that an input says: each of these is answered. */
export function leavesOfInput(input: EcsInput): readonly Leaf[] {
  const { taskDefinition, service, targetGroups = [], scaling, schedule, recorded = [] } = input;
  return [
    ...leavesOf(taskDefinition, taskDefinitionFields),
    ...(service === undefined ? [] : leavesOf(service, serviceFields, 'service', 'service')),
    ...leavesOf(targetGroups, { list: targetGroupFields }, 'targetGroups', 'targetGroups'),
    ...(scaling === undefined ? [] : leavesOf(scaling, scalingFields, 'scaling', 'scaling')),
    ...(schedule === undefined ? [] : leavesOf(schedule, scheduleFields, 'schedule', 'schedule')),
    ...recorded.map((path): Leaf => ({ path, rule: 'recorded', value: undefined })),
  ];
}
