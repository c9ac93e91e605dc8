import { describe, expect, test } from '@jest/globals';
import { compareOutputs } from '../../lib/guide/compare.ts';
import { normalise } from '../../lib/guide/normalise.ts';
import { markedOutputs, type MarkedOutput } from './marked.ts';

/** The text with one character replaced, and without it. */
function changesOf({ text, mayDiffer }: MarkedOutput, index: number): readonly string[] {
  const replacedBy = (other: string) => text.slice(0, index) + other + text.slice(index + 1);
  const removed = text.slice(0, index) + text.slice(index + 1);
  const character = text.charAt(index);
  const neighbours = [index - 1, index + 1];
  if (character === ' ' && neighbours.some((neighbour) => text.charAt(neighbour) === ' ')) {
    // How wide a gap is says nothing. A letter or digit next to what may differ would only make that longer.
    return neighbours.some((neighbour) => mayDiffer[neighbour])
      ? [replacedBy('|')]
      : [replacedBy('x'), replacedBy('7')];
  }
  const other = /\d/.test(character) ? String((Number(character) + 1) % 10) : index % 2 ? '7' : 'k';
  return [replacedBy(other === character ? 'w' : other), removed];
}

/** Changes of characters that may not differ that the comparison does not see. */
function unseenChanges(output: MarkedOutput): readonly string[] {
  const normalised = normalise(output.text);
  return [...output.text].flatMap((_, index) =>
    output.mayDiffer[index] === true
      ? []
      : changesOf(output, index)
          .filter((changed) => normalise(changed) === normalised)
          .map((changed) => `${index}: ${changed.slice(Math.max(0, index - 30), index + 30)}`),
  );
}

describe.each(markedOutputs)('$name', (output) => {
  test('says the same as itself', () => {
    expect(compareOutputs(output.text, output.text)).toEqual({ same: true });
  });

  test('says something else when any character that may not differ is changed', () => {
    expect(unseenChanges(output)).toEqual([]);
  });
});

test.each(markedOutputs.filter(({ again }) => again !== undefined))(
  '$name says the same when another cluster prints it',
  ({ text, again = '' }) => {
    expect(compareOutputs(text, again)).toEqual({ same: true });
    expect(text).not.toBe(again);
  },
);

test('tells one pod from another', () => {
  const deleted = (deletedPod: string, listedPod: string) =>
    `pod "web-b4c886499-${deletedPod}" deleted\nNAME                  READY   STATUS    RESTARTS   AGE\nweb-b4c886499-${listedPod}   1/1     Running   0          2s`;
  expect(compareOutputs(deleted('8bsgb', 'c2nr8'), deleted('tmpp6', 'l6wgs')).same).toBe(true);
  expect(compareOutputs(deleted('8bsgb', 'c2nr8'), deleted('tmpp6', 'tmpp6')).same).toBe(false);
});

test('does not care on which of the nodes each pod is', () => {
  const pods = (first: number, second: number, third: number) =>
    [first, second, third].map((node) => `pod  ip-10-0-${node}-7.ap-northeast-1.compute.internal`).join('\n');
  expect(compareOutputs(pods(10, 10, 20), pods(30, 40, 30)).same).toBe(true);
});

test('ignores what no reader sees: ends of lines and empty lines at the end', () => {
  expect(compareOutputs('a\nb', 'a  \nb\t\n\n').same).toBe(true);
  expect(compareOutputs('', '\n').same).toBe(true);
  expect(compareOutputs('a\n\nb', 'a\nb').same).toBe(false);
  expect(compareOutputs('a', ' a').same).toBe(false);
});

describe("kubectl's remark on the end of a watch", () => {
  const log = (severity: string, message: string, err: string) =>
    `${severity}1130 02:10:15.123456   12345 reflector.go:664] "${message}" reflector="k8s.io/client-go@v0.36.3/tools/cache/reflector.go:343" type="*unstructured.Unstructured" err="${err}"`;
  const ended = 'Warning: watch ended with error';
  const [created, done] = ['job.batch/report created', 'job.batch/report condition met'];

  test.each([
    'very short watch: k8s.io/client-go@v0.36.3/tools/cache/reflector.go:343: Unexpected watch close - watch lasted less than a second and no items received',
    'an error on the server (\\"unable to decode an event from the watch stream: context canceled\\") has prevented the request from succeeding',
  ])('is ignored: %s', (err) => {
    expect(compareOutputs(`${created}\n${done}`, `${created}\n${log('I', ended, err)}\n${done}`)).toEqual({
      same: true,
    });
    expect(compareOutputs(done, `${done}\n${log('I', ended, err)}`)).toEqual({ same: true });
  });

  test.each([
    ['another log line', log('I', 'Failed to watch', 'connection refused')],
    ['an error', log('E', ended, 'very short watch: x: y')],
  ])('%s is not', (_, line) => {
    expect(compareOutputs(done, `${line}\n${done}`).same).toBe(false);
  });
});

test('shows a diff: what is the same as it was printed, what is not with the rest replaced', () => {
  const table = (ready: string, age: string) =>
    `NAME   READY   AGE\nweb    3/3     ${age}\napi    ${ready}     ${age}\ndone`;
  expect(compareOutputs(table('2/2', '5s'), table('1/2', '3m12s'))).toEqual({
    same: false,
    diff: [
      '--- guide',
      '+++ run',
      ' -1,4 +1,4 ',
      ' NAME   READY   AGE',
      ' web    3/3     3m12s',
      '-api  2/2  <age>',
      '+api  1/2  <age>',
      ' done',
    ].join('\n'),
  });
});

test('shows a diff against nothing', () => {
  expect(compareOutputs('', 'surprise')).toMatchObject({ diff: '--- guide\n+++ run\n -0,0 +1,1 \n+surprise' });
  expect(compareOutputs('expected', '')).toMatchObject({ diff: '--- guide\n+++ run\n -1,1 +0,0 \n-expected' });
});
