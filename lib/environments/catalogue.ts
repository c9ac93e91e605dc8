import { ecsAndEks } from './ecs-and-eks.data.ts';
import { eksEc2 } from './eks-ec2.data.ts';
import { eksFargate } from './eks-fargate.data.ts';
import { selfManaged } from './self-managed.data.ts';
import type { Environment } from '../model/environment.ts';

/** Every environment, in the chapter's order. */
export const environments: readonly Environment[] = [selfManaged, eksEc2, eksFargate, ecsAndEks];

/** The environment of a known id. */
export function environmentOf(id: string): Environment {
  const environment = environments.find((candidate) => candidate.id === id);
  if (environment === undefined) throw new Error(`No environment '${id}' in lib/environments/catalogue.ts.`);
  return environment;
}
