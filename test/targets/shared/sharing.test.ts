import { describe, expect, test } from '@jest/globals';
import { labs, labOf } from '../../../labs/catalogue.ts';
import { UsageError } from '../../../lib/core/errors.ts';
import { settingsOf } from '../../../lib/model/lab-settings.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import { refuseMisfit } from '../../../lib/targets/shared/sharing.ts';

describe('a lab whose environment runs with other settings', () => {
  const both = { settings: parseSettings({ compute: 'both' }), labs: ['ec2-and-fargate'] };
  const refused = (id: string, record: Parameters<typeof refuseMisfit>[1], flags: readonly string[] = []) => {
    const lab = labOf(id);
    return () => refuseMisfit(lab, record, settingsOf(lab, flags));
  };

  test('is told how to join, if it can do with them', () => {
    const three = { settings: parseSettings({ nodeCount: '3' }), labs: ['eks-ec2'] };
    expect(refused('scheduling', three)).toThrow(
      new UsageError(
        'The environment of lab scheduling runs already, with nodeCount=3 (not 2). ' +
          'Join it with: npx labs up scheduling -c nodeCount=3 — or end it first, with labs down for: eks-ec2.',
      ),
    );
    expect(refused('scheduling', three, ['nodeCount=3'])).not.toThrow();
  });

  test('is not sent to a setting that it can not do with', () => {
    expect(refused('scheduling', both)).toThrow(
      new UsageError(
        'The environment of lab scheduling runs already, with compute=both (not ec2). ' +
          'End it first, with labs down for: ec2-and-fargate.',
      ),
    );
  });

  test.each(labs.filter(({ environment }) => environment.id === 'eks-ec2').map(({ id }) => id))(
    'lab %s says whether Fargate is part of it',
    (id) => {
      expect(labOf(id).settings?.compute).toBe(id === 'ec2-and-fargate' ? 'both' : 'ec2');
    },
  );
});
