import { UsageError } from '../../errors.ts';
import type { Lab } from '../../lab.ts';
import type { Settings } from '../../settings.ts';
import type { EnvironmentRecord } from './environment-folder.ts';

/** The settings that a local environment takes notice of; the others concern AWS only. */
const relevantSettings = ['kubernetes', 'nodeCount', 'instanceType'] as const satisfies readonly (keyof Settings)[];

/** The ids of the other labs in an environment. */
export const othersIn = (record: EnvironmentRecord | undefined, lab: Lab): readonly string[] =>
  (record?.labs ?? []).filter((id) => id !== lab.id);

/**
 * Refuses a lab that can't share the environment that runs.
 *
 * @throws UsageError when the settings differ, or when this lab or the one that runs has to run alone
 */
export function refuseMisfit(lab: Lab, record: EnvironmentRecord, settings: Settings): void {
  const differing = relevantSettings.filter((name) => record.settings[name] !== settings[name]);
  if (differing.length > 0) {
    const list = differing.map((name) => `${name}=${record.settings[name]} (not ${settings[name]})`).join(', ');
    const asRunning = differing.map((name) => ` -c ${name}=${record.settings[name]}`).join('');
    throw new UsageError(
      `The environment of lab ${lab.id} runs already, with ${list}. ` +
        `Join it with: npx labs up ${lab.id}${asRunning} — or end it first, with labs down for: ${record.labs.join(', ')}.`,
    );
  }
  const others = othersIn(record, lab);
  if (record.exclusive && others.length > 0) {
    throw new UsageError(
      `Lab ${others.join(', ')} stops cluster-wide things, so it runs alone. End it before lab ${lab.id}, with: npx labs down ${others.join(', ')}.`,
    );
  }
  if (lab.exclusive && others.length > 0) {
    throw new UsageError(
      `Lab ${lab.id} stops cluster-wide things, so it runs alone. End these first, with labs down: ${others.join(', ')}.`,
    );
  }
}
