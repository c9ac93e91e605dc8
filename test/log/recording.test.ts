import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { endLine, headerOf, lineOf, parseRecording, recordingVersion } from '../../lib/log/recording.ts';
import { busyLog } from './frames.ts';

const header = headerOf({
  lab: 'eks-ec2',
  environment: 'eks-ec2',
  target: 'local',
  kubernetes: '1.36',
  start: '2026-12-01T00:00:00.000Z',
});
const frames = busyLog(20);
const text = lineOf(header) + frames.map(lineOf).join('') + endLine(frames.length);

test('a recording is read as it was written', () => {
  expect(parseRecording(text, 'file')).toEqual({ header, frames, complete: true });
});

test('a recording without its end is read up to there', () => {
  const lines = text.split('\n');
  for (const cut of [1, 2, 10, 20]) {
    const truncated = lines
      .slice(0, cut + 1)
      .join('\n')
      .slice(0, -5);
    expect(parseRecording(truncated, 'file')).toEqual({ header, frames: frames.slice(0, cut - 1), complete: false });
  }
});

test('a recording that lost a line in the middle is not complete', () => {
  const lines = text.split('\n');
  expect(parseRecording([...lines.slice(0, 5), ...lines.slice(6)].join('\n'), 'file').complete).toBe(false);
});

test('frames of kinds that a later release adds are kept', () => {
  const later = { seq: 1, ms: 1, kind: 'weather', rain: true };
  const { frames: read } = parseRecording(`${lineOf(header)}${JSON.stringify(later)}\n${endLine(1)}`, 'file');
  expect(read).toEqual([later]);
});

describe('what is no recording is refused with a sentence', () => {
  const refusal = (bad: string): string => {
    try {
      parseRecording(bad, 'rec.gz');
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      expect(error.text.ja).toContain('rec.gz');
      return error.text.en;
    }
    throw new Error('It was read.');
  };

  test.each(['', 'hello', '[]', '{"format":"other"}\n', 'null\n'])('%j', (bad) => {
    expect(refusal(bad)).toBe(
      'rec.gz is not a recording. Give a file that labs rehearse LAB --recording FILE has written.',
    );
  });

  test('of another version', () => {
    expect(refusal(lineOf({ ...header, version: recordingVersion + 1 }))).toBe(
      'rec.gz has version 2 of the format, and this release reads version 1. Record it again with this release.',
    );
  });

  test.each([
    ['no JSON', '{"seq":'],
    ['a frame without a number', '{"kind":"task","task":"t","ms":1}'],
    ['an object without a name', '{"seq":1,"ms":1,"kind":"object","change":"added","object":{"kind":"Pod"}}'],
    ['no object at all', '{"seq":1,"ms":1,"kind":"object","change":"added","object":null}'],
    ['a write by nobody', '{"seq":1,"ms":1,"kind":"write","verb":"patch","object":{}}'],
  ])('with %s in a line', (_, line) => {
    expect(refusal(`${lineOf(header)}${lineOf(frames[0]!)}${line}\n`)).toMatch(/^Line 3 of rec\.gz is damaged\. /);
  });

  test('with a header that lacks a fact', () => {
    expect(refusal(lineOf({ ...header, target: 'moon' as never }))).toMatch(/^Line 1 of rec\.gz is damaged\. /);
  });
});
