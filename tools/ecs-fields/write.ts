// Writes lib/translate/ecs-fields.ts; run it after an update of @aws-sdk/client-ecs.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectFolder } from '../../lib/platform/paths.ts';
import { ecsFieldsSource } from './source.ts';

await writeFile(path.join(projectFolder, 'lib', 'translate', 'ecs-fields.ts'), await ecsFieldsSource());
