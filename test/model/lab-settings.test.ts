import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { parseSettings } from '../../lib/settings/settings.ts';

const plain = { id: 'plain' };
const needy = { id: 'needy', settings: { compute: 'both', nodeCount: 3 } } as const;

describe('the settings of a lab', () => {
  test('are the defaults for a lab that needs none in particular', () => {
    expect(settingsOf(plain, [])).toEqual(parseSettings({}));
  });

  test('are what the flags say', () => {
    expect(settingsOf(plain, ['compute=both', 'nodeCount=4'])).toEqual(
      parseSettings({ compute: 'both', nodeCount: '4' }),
    );
  });

  test('hold what the lab needs, without a flag or with one that says the same', () => {
    const expected = parseSettings({ compute: 'both', nodeCount: 3 });
    expect(settingsOf(needy, [])).toEqual(expected);
    expect(settingsOf(needy, ['compute=both', 'nodeCount=3'])).toEqual(expected);
  });

  test('are refused where they contradict what the lab needs, each with a sentence', () => {
    expect(() => settingsOf(needy, ['compute=ec2', 'nodeCount=4'])).toThrow(
      new UsageError(
        'Lab needy needs compute=both, not ec2. Leave -c compute out.\n' +
          'Lab needy needs nodeCount=3, not 4. Leave -c nodeCount out.',
      ),
    );
  });

  test('are refused where a flag is invalid', () => {
    expect(() => settingsOf(needy, ['compute=bot'])).toThrow(/^Setting compute: Unknown compute 'bot'/);
  });
});
