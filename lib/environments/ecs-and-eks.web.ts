import { describeApplication } from '../application/application.ts';
import { webDescription } from './ecs-and-eks.application.ts';

/** The application of environment `EcsAndEks`, its values checked. */
export const webApplication = describeApplication(webDescription);
