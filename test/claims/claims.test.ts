import { describe, expect, test } from '@jest/globals';
import { claimIds, claims } from '../../lib/claims/claims.ts';
import { leastExecuted } from '../../lib/coverage/problems.ts';

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

test('are the 74 of the chapter, in order', () => {
  expect(claimIds).toEqual([
    ...numbered('D', 3),
    ...numbered('C', 7),
    ...numbered('Y', 1),
    ...numbered('K', 19),
    ...numbered('T', 8),
    ...numbered('P', 7),
    ...numbered('S', 12),
    ...numbered('H', 4),
    ...numbered('M', 10),
    ...numbered('N', 3),
  ]);
  expect(claimIds).toHaveLength(74);
});

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

describe.each(claimIds)('%s', (id) => {
  const claim = claims[id];

  test('speaks both languages, in sentences where it explains', () => {
    const sentences = [claim.today, 'onlyAws' in claim ? claim.onlyAws : undefined].filter(
      (text) => text !== undefined,
    );
    for (const text of [claim.subject, ...sentences]) {
      expect(text.ja).toMatch(japanese);
      expect(text.en).toMatch(/^[\p{ASCII}…]+$/u);
    }
    expect([claim.subject.ja, claim.subject.en].filter((text) => /[。.]$/.test(text))).toEqual([]);
    for (const { ja, en } of sentences) expect([ja.at(-1), en.at(-1)]).toEqual(['。', '.']);
  });

  test('can be executed somewhere, or says why not', () => {
    expect('counts' in claim).not.toBe('onlyAws' in claim);
    if ('counts' in claim) expect(new Set(claim.counts).size).toBe(claim.counts.length);
  });
});

test('of kernels, hosts, containers and packets count on real nodes only', () => {
  const onRealNodes = [
    'D1',
    'C2',
    'C5',
    'C6',
    'C7',
    'K3',
    'K5',
    'K8',
    'K10',
    'K18',
    'T5',
    'T6',
    'T7',
    'T8',
    'S9',
    'S12',
    'M6',
    'M7',
    'M10',
    'N2',
  ];
  for (const id of claimIds.filter((candidate) => onRealNodes.includes(candidate)))
    expect([id, claims[id]]).toEqual([id, expect.objectContaining({ counts: ['linux'] })]);
});

test('of AWS never count without it', () => {
  const ofAws = claimIds.filter((id) => 'onlyAws' in claims[id]);
  expect(ofAws).toEqual(expect.arrayContaining(['D2', 'D3', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'S7', 'S11']));
  expect(claimIds.length - ofAws.length).toBeGreaterThanOrEqual(leastExecuted);
});
