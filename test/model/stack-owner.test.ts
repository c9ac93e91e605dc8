import { describe, expect, test } from '@jest/globals';
import { isOwnedBy, localOwner, ownerOf, ownerTags } from '../../lib/model/stack-owner.ts';

const owner = {
  by: 'arn:aws:sts::111122223333:assumed-role/Admin/aya@example.com',
  from: 'ayas-laptop.local',
  at: '2026-11-30T09:00:00.000Z',
};

describe('the owner of a stack', () => {
  test('is read from the tags that name it', () => {
    expect(ownerOf(ownerTags(owner))).toEqual(owner);
    expect(ownerOf({ team: 'a' })).toBeUndefined();
  });

  test('may have a name that tags do not admit, and is known all the same', () => {
    const by = `arn:aws:iam::111122223333:user/彩,"${'a'.repeat(300)}`;
    const tags = ownerTags({ ...owner, by });
    for (const value of Object.values(tags)) expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
    expect(isOwnedBy(ownerOf(tags)!, by)).toBe(true);
    expect(isOwnedBy(ownerOf(tags)!, owner.by)).toBe(false);
  });

  test('is the user of this machine where nobody asks AWS', () => {
    const { by, from, at } = { at: undefined, ...localOwner() };
    expect(by.length * from.length).toBeGreaterThan(0);
    expect(at).toBeUndefined();
  });
});
