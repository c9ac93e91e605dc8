import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { EnvironmentRecord } from '../shared/environment-folder.ts';
import { refuseMisfit } from '../shared/sharing.ts';

/**
 * Refuses a lab that can't share the environment that runs, by the settings that an environment of this target takes
 * notice of; the others concern AWS and Fargate.
 *
 * @throws UsageError when the settings differ, or when this lab or the one that runs has to run alone
 */
export function refuseMisfitOnLinux(lab: Lab, record: EnvironmentRecord, settings: Settings): void {
  const shared = ['kubernetes', 'nodeCount', 'instanceType'] as const;
  const own = lab.environment.controlPlanes === undefined ? [] : (['controlPlanes', 'podCidr'] as const);
  refuseMisfit(lab, record, settings, { relevant: [...shared, ...own], target: 'linux' });
}
