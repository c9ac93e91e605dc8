import { exact } from './finding.ts';
import { forAll, type Rules } from './rule.ts';
import { commandRules } from './rules/command.ts';
import { containerRules } from './rules/container.ts';
import { deploymentRules } from './rules/deployment.ts';
import { ebsVolumeRules } from './rules/ebs-volumes.ts';
import { environmentRules } from './rules/environment.ts';
import { healthRules } from './rules/health.ts';
import { identityRules } from './rules/identity.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { loadBalancingRules } from './rules/load-balancing.ts';
import { loggingRules } from './rules/logging.ts';
import { nameResolutionRules } from './rules/name-resolution.ts';
import { networkModeRules } from './rules/network-mode.ts';
import { placementRules } from './rules/placement.ts';
import { portRules } from './rules/ports.ts';
import { roleRules } from './rules/roles.ts';
import { scalingRules } from './rules/scaling.ts';
import { scheduleRules } from './rules/schedule.ts';
import { secretRules } from './rules/secrets.ts';
import { securityRules } from './rules/security.ts';
import { serviceConnectRules } from './rules/service-connect.ts';
import { serviceRules } from './rules/service.ts';
import { sharedNamespaceRules } from './rules/shared-namespaces.ts';
import { sizeRules } from './rules/sizes.ts';
import { volumeRules } from './rules/volumes.ts';
import { whereRules } from './rules/where.ts';

/** Every rule, by the path of its field: that of a task definition, or one that begins with `service.`. */
export const allRules: Rules = {
  ...commandRules,
  ...containerRules,
  ...deploymentRules,
  ...ebsVolumeRules,
  ...environmentRules,
  ...healthRules,
  ...identityRules,
  ...lifecycleRules,
  ...loadBalancingRules,
  ...loggingRules,
  ...nameResolutionRules,
  ...networkModeRules,
  ...placementRules,
  ...portRules,
  ...roleRules,
  ...scalingRules,
  ...scheduleRules,
  ...secretRules,
  ...securityRules,
  ...serviceConnectRules,
  ...serviceRules,
  ...sharedNamespaceRules,
  ...sizeRules,
  ...volumeRules,
  ...whereRules,
  ...forAll(
    ['recorded'],
    exact(
      'ECS が記録した値で、設定ではありません。変換するものはありません。',
      'ECS recorded it, and nobody asked for it: there is nothing to translate.',
      { lab: 'ecs-and-eks' },
    ),
  ),
};
