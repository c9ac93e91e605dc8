import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { labs } from '../labs/catalogue.ts';
import { environments } from '../lib/environments/catalogue.ts';
import { projectFolder } from '../lib/platform/paths.ts';
import { hourlyPrice, pricesReadOn } from '../lib/catalog/prices.ts';
import { neededPackages } from '../lib/targets/linux/system-prerequisites.ts';
import { settingHelp } from '../lib/settings/setting-help.ts';
import { parseSettings } from '../lib/settings/settings.ts';

describe.each(['README.md', 'README.ja.md'])('%s', (file) => {
  const read = () => readFile(path.join(projectFolder, file), 'utf8');

  test.each(environments)(
    'says what an hour of $stack costs, item by item, and when prices were read',
    async (environment) => {
      const { items, usdPerHour } = hourlyPrice(environment.billed(parseSettings({})));
      const row = (await read())
        .split('\n')
        .find((line) => line.startsWith(`| \`${environment.stack}\` | `) && line.includes('USD'));
      expect(row).toContain(`${usdPerHour.toFixed(2)} USD`);
      for (const item of items) expect(row).toContain(item.usdPerHour.toFixed(3));
      expect(await read()).toContain(pricesReadOn);
    },
  );

  test('names every setting with its default', async () => {
    const text = await read();
    for (const { name, default: value } of settingHelp) {
      const expected = value === 'none' ? (file === 'README.md' ? 'none' : 'なし') : value;
      expect(text).toContain(`| \`${name}\` | ${expected} |`);
    }
  });

  test('says how to install what target linux needs of the system', async () => {
    expect(await read()).toContain(`sudo apt-get install --no-install-recommends ${neededPackages.join(' ')}\n`);
  });

  test('names every lab', async () => {
    const text = await read();
    for (const lab of labs) expect(text).toContain(`| \`${lab.id}\` |`);
  });
});
