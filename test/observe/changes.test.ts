import { describe, expect, test } from '@jest/globals';
import { differenceOf, mostChanges } from '../../lib/observe/changes.ts';

const pathsOf = (before: unknown, after: unknown, resource = 'pods') =>
  differenceOf(before, after, resource).changes.map(({ path, before: was, after: is }) => [path, was, is]);

describe('what changed between two states', () => {
  test.each<[string, unknown, unknown, unknown[]]>([
    ['a field', { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, [['spec.replicas', '2', '3']]],
    ['a field that came', { spec: {} }, { spec: { paused: true } }, [['spec.paused', undefined, 'true']]],
    ['a field that went', { spec: { nodeName: 'n1' } }, { spec: {} }, [['spec.nodeName', '"n1"', undefined]]],
    ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    [
      'a condition, by its type',
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'Other', status: 'True' },
        ],
      },
      {
        conditions: [
          { type: 'Other', status: 'True' },
          { type: 'Ready', status: 'False' },
        ],
      },
      [['conditions[Ready].status', '"True"', '"False"']],
    ],
    [
      'a container, by its name',
      { containers: [{ name: 'web', image: 'a:1' }] },
      { containers: [{ name: 'web', image: 'a:2' }] },
      [['containers[web].image', '"a:1"', '"a:2"']],
    ],
    ['a list of values', { args: ['a', 'b'] }, { args: ['a'] }, [['args', '["a","b"]', '["a"]']]],
    [
      'a list whose names are not unique',
      { x: [{ name: 'a' }, { name: 'a' }] },
      { x: [] },
      [['x', '[{"name":"a"},{"name":"a"}]', '[]']],
    ],
    [
      'a label',
      { metadata: { labels: {} } },
      { metadata: { labels: { 'a/b': 'c' } } },
      [["metadata.labels['a/b']", undefined, '"c"']],
    ],
    ['a value that is another type', { a: { b: 1 } }, { a: 'text' }, [['a', '{"b":1}', '"text"']]],
    [
      'a condition that came, as one and without its times',
      { conditions: [{ type: 'A', status: 'True' }] },
      {
        conditions: [
          { type: 'A', status: 'True' },
          { type: 'B', status: 'True', lastTransitionTime: 'now' },
        ],
      },
      [['conditions[B]', undefined, '{"type":"B","status":"True"}']],
    ],
    ['null', { a: null }, { a: 1 }, [['a', 'null', '1']]],
  ])('%s', (_, before, after, expected) => {
    expect(pathsOf(before, after)).toEqual(expected);
  });

  test('times and versions are no change', () => {
    const at = (n: number) => ({
      metadata: { resourceVersion: `${n}`, generation: n, managedFields: [n] },
      status: { observedGeneration: n, conditions: [{ type: 'Ready', lastHeartbeatTime: n, lastTransitionTime: n }] },
    });
    expect(pathsOf(at(1), at(2))).toEqual([]);
  });

  test('of many changes some are told, and how many more there are', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, index]));
    const { changes, more } = differenceOf({}, many, 'pods');
    expect([changes.length, more]).toEqual([mostChanges, 50 - mostChanges]);
  });

  test('long values and paths are shortened', () => {
    const [change] = differenceOf({}, { ['k'.repeat(5_000)]: 'v'.repeat(5_000) }, 'pods').changes;
    expect([change!.path.length, change!.after!.length]).toEqual([201, 201]);
  });
});

describe('secrets are masked', () => {
  test.each(['secrets', 'configmaps'])('in %s', (resource) => {
    const { changes } = differenceOf({ data: { a: 'b2xk' } }, { data: { a: 'bmV3', c: 'cw==' } }, resource);
    expect(changes).toEqual([
      { path: 'data.a', before: '"…"', after: '"…"' },
      { path: 'data.c', after: '"…"' },
    ]);
  });

  test('in variables that are called like one', () => {
    const env = (value: string) => ({
      spec: {
        containers: [
          {
            name: 'web',
            env: [
              { name: 'DB_PASSWORD', value },
              { name: 'MODE', value },
            ],
          },
        ],
      },
    });
    expect(pathsOf(env('old'), env('new'))).toEqual([
      ['spec.containers[web].env[DB_PASSWORD].value', '"…"', '"…"'],
      ['spec.containers[web].env[MODE].value', '"old"', '"new"'],
    ]);
    const { changes } = differenceOf(undefined, env('new'), 'pods');
    expect(JSON.stringify(changes.filter(({ path }) => path.includes('PASSWORD')))).not.toContain('new');
  });

  test('also where a list is told as a whole', () => {
    const env = [
      { name: 'API_KEY', value: 'hunter2' },
      { name: 'API_KEY', value: 'hunter3' },
    ];
    const told = JSON.stringify(differenceOf({ env: [] }, { env }, 'pods'));
    expect(told).toContain('API_KEY');
    expect(told).not.toContain('hunter');
  });

  test('and what kubectl applied last is left out, which may be a Secret as a whole', () => {
    const applied = { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":1}' } } };
    expect(differenceOf({ metadata: { annotations: {} } }, applied, 'pods').changes).toEqual([]);
  });
});
