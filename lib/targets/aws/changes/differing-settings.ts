import { isDeepStrictEqual } from 'node:util';
import { settingNames, type SettingName, type Settings } from '../../../settings/settings.ts';
import type { AwsRecord } from '../aws-folder.ts';

/** Settings that have to agree where labs share a cluster. Who may reach it can change while it runs, and interrupts nothing. */
export const settingsInCommon: readonly SettingName[] = settingNames.filter((name) => name !== 'allowedCidrs');

/** The settings in common that differ. */
export const differingSettings = (from: Settings, to: Settings): readonly SettingName[] =>
  settingsInCommon.filter((name) => !isDeepStrictEqual(from[name], to[name]));

/** Whether all addresses that are asked for may reach the API endpoint. */
export const isOpenTo = (record: AwsRecord, cidrs: readonly string[]): boolean =>
  cidrs.every((cidr) => record.settings.allowedCidrs.includes(cidr));
