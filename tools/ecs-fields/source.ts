import prettier from 'prettier';
import { projectFolder } from '../../lib/platform/paths.ts';
import { readSdkShape, type SdkShape } from './sdk-shape.ts';

/** The source of `lib/translate/ecs-fields.ts`, from the types of the pinned SDK. */
export async function ecsFieldsSource(shape: SdkShape = readSdkShape()): Promise<string> {
  const { taskDefinition, service, recorded } = shape;
  const text = `// Written by \`node --import tsx tools/ecs-fields/write.ts\` from the types of the pinned @aws-sdk/client-ecs.
import type { ObjectShape } from './shape.ts';

/** The fields of RegisterTaskDefinition's request. */
export const taskDefinitionFields = ${JSON.stringify(taskDefinition)} as const satisfies ObjectShape;

/** The fields of CreateService's request. */
export const serviceFields = ${JSON.stringify(service)} as const satisfies ObjectShape;

/** Fields that only the describe commands have: what ECS recorded, not what somebody asked for. */
export const recordedFields = ${JSON.stringify(recorded)} as const;
`;
  const options = await prettier.resolveConfig(projectFolder + '/lib/translate/ecs-fields.ts');
  return prettier.format(text, { ...options, parser: 'typescript' });
}
