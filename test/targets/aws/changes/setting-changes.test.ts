import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { describe, expect, test } from '@jest/globals';
import { environments } from '../../../../lib/environments/catalogue.ts';
import { projectFolder } from '../../../../lib/platform/paths.ts';
import { settingNames } from '../../../../lib/settings/settings.ts';
import { effectsOf, endsCluster } from '../../../../lib/targets/aws/changes/effects.ts';
import { resourcesOf } from '../../../environments/synth.ts';
import { tier } from '../../../tier.ts';
import { settingChanges, settingTable, templateWith } from './setting-table.ts';

const registry = loadAwsServiceSpecSync();

/** A template for every value takes half a minute for each environment, so tier `ci` has the first one alone. */
const tested = tier === 'all' ? environments : environments.slice(0, 1);

/** The names that a resource was given, of those that CloudFormation's registry identifies resources of its type by. */
function givenName(type: string, properties: Readonly<Record<string, unknown>> = {}): string | undefined {
  const resources = registry.lookup('resource', 'cloudFormationType', 'equals', type);
  const identifier = resources.length === 0 ? [] : (resources.only().primaryIdentifier ?? []);
  if (identifier.length === 0 || identifier.some((name) => properties[name] === undefined)) return undefined;
  return JSON.stringify([type, ...identifier.map((name) => properties[name])]);
}

describe.each(tested)('on a standing stack $stack,', (environment) => {
  test.each(settingNames)(
    '[C5] another %s is in place, replaced without an outage, or refused beforehand',
    (setting) => {
      for (const { from, to, changes, refusals } of settingChanges(environment, setting)) {
        const what = `${JSON.stringify(from)} to ${JSON.stringify(to)}`;
        if (refusals.length > 0) {
          // A refusal of something that changes nothing would only be in the way.
          expect({ what, changes }).not.toEqual({ what, changes: [] });
          continue;
        }
        expect({ what, ends: changes.filter(endsCluster) }).toEqual({ what, ends: [] });
        // What is replaced or removed was thought about: lib/targets/aws/changes/effects.ts has a row for it.
        expect({ what, unknown: changes.filter((change) => effectsOf(change).length === 0) }).toEqual({
          what,
          unknown: [],
        });
      }
    },
  );

  test.each(settingNames)('[C6] another %s creates nothing whose name the old one still has', (setting) => {
    for (const { from, to, changes, refusals } of settingChanges(environment, setting)) {
      if (refusals.length > 0) continue;
      const [before = {}, after = {}] = [from, to].map((given) => resourcesOf(templateWith(environment, given)));
      const named = (kinds: readonly string[], of: typeof before) =>
        changes
          .filter(({ kind }) => kinds.includes(kind))
          .flatMap(({ id, type }) => givenName(type, of[id]?.Properties) ?? []);
      // CloudFormation deletes at the end of an update.
      const old = named(['remove', 'replace'], before);
      expect(named(['create', 'replace'], after).filter((name) => old.includes(name))).toEqual([]);
    }
  });
});

test.each([
  ['README.md', 'en'],
  ['README.ja.md', 'ja'],
] as const)('the table of %s is what the templates say', async (file, language) => {
  const lines = (await readFile(path.join(projectFolder, file), 'utf8')).split('\n');
  const [header = '', ...rows] = settingTable(language, tested).split('\n');
  const stacks = environments.map(({ stack }) => `\`${stack}\``);
  const begin = lines.findIndex((line) => stacks.every((stack) => line.includes(` ${stack} |`)));
  expect(begin).toBeGreaterThan(-1);
  const columns = [0, ...tested.map(({ stack }) => stacks.indexOf(`\`${stack}\``) + 1)];
  const shown = lines.slice(begin, begin + rows.length + 2).map((line) => {
    const cells = line.split('|').slice(1, -1);
    return cells.length === 0 ? line : `|${columns.map((column) => cells[column]).join('|')}|`;
  });
  // And the line after the table.
  expect(shown).toEqual([header, ...rows, '']);
});
