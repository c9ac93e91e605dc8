import { environments } from '../lib/environments/catalogue.ts';
import { EcsAndEks } from '../lib/environments/ecs-and-eks.ts';
import { EksEc2 } from '../lib/environments/eks-ec2.ts';
import { EksFargate } from '../lib/environments/eks-fargate.ts';
import type { EnvironmentStack } from '../lib/environments/environment-stack.ts';
import { labsApp } from '../lib/environments/labs-app.ts';
import { SelfManaged } from '../lib/environments/self-managed.ts';
import { localOwner, ownerTags } from '../lib/model/stack-owner.ts';
import { LabsError } from '../lib/core/errors.ts';
import { settingsFromContext } from '../lib/settings/settings.ts';

/** The stack of each environment, by the environment's id. */
const stacks: Readonly<Record<string, EnvironmentStack>> = {
  'eks-ec2': EksEc2,
  'self-managed': SelfManaged,
  'eks-fargate': EksFargate,
  'ecs-and-eks': EcsAndEks,
};

try {
  const app = labsApp();
  const settings = settingsFromContext(app.node.getAllContext() as Record<string, unknown>);
  for (const { id, stack } of environments) {
    const Environment = stacks[id];
    if (Environment === undefined) throw new Error(`No stack for environment '${id}' in bin/app.ts.`);
    new Environment(app, stack, { settings, tags: ownerTags(localOwner()) });
  }
  app.synth();
} catch (error) {
  if (!(error instanceof LabsError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
