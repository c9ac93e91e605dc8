import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ExternalError } from '../../../lib/core/errors.ts';
import type { BaselineObject } from '../../../lib/targets/shared/baseline-object.ts';
import { closeBaseline, restoreBaseline, recordBaseline } from '../../../lib/targets/shared/baseline.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

const never = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('outside');
});
afterEach(() => removeFolder(folder));

/** A cluster of these objects. It answers as kubectl would, and notes what it is told to change. */
class Pretended {
  objects: BaselineObject[];
  readonly changes: string[] = [];

  constructor(...objects: BaselineObject[]) {
    this.objects = objects;
  }

  readonly run = async (args: readonly string[], _signal: AbortSignal, input?: string): Promise<string> => {
    const [verb, kinds = '', name = ''] = args;
    if (verb === 'get') {
      if (!args.includes('--show-managed-fields')) {
        const one = this.#one(kinds, name);
        return one === undefined ? '' : JSON.stringify(one);
      }
      const inSystem = args.includes('kube-system');
      const listed = this.objects.filter(
        ({ kind, metadata }) =>
          (metadata.namespace === 'kube-system') === inSystem && kinds.split(',').some((each) => isPlural(each, kind)),
      );
      return JSON.stringify({ items: listed });
    }
    if (verb === 'replace') {
      const { kind, metadata } = JSON.parse(input!) as BaselineObject;
      if (this.#one(kind.toLowerCase(), metadata.name) === undefined)
        throw new ExternalError('kubectl replace -f: Error from server (NotFound)');
    }
    this.changes.push([...args, ...(input === undefined ? [] : [input])].join(' '));
    return '';
  };

  #one(kind: string, name: string): BaselineObject | undefined {
    return this.objects.find((object) => object.kind.toLowerCase() === kind && object.metadata.name === name);
  }
}

const isPlural = (kinds: string, kind: string): boolean =>
  [`${kind.toLowerCase()}s`, `${kind.toLowerCase().slice(0, -1)}ies`].includes(kinds);

const system = 'kube-system';
const configMap = (text: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: system, ...more },
  data: { text },
});
const binding = (name: string, manager = 'kubectl-create') => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name, managedFields: [{ manager }] },
});
const node = (taints: readonly object[], labels: Record<string, string>, unschedulable?: boolean) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', labels },
  spec: { taints, ...(unschedulable === undefined ? {} : { unschedulable }) },
});

test('what was made beside the lab is deleted, but not what the labs command made for another lab', async () => {
  const kubectl = new Pretended(binding('there'));
  await recordBaseline(folder, kubectl, never);
  kubectl.objects.push(binding('rights'), binding('other', 'labs'));
  await restoreBaseline(folder, kubectl, never);
  expect(kubectl.changes).toEqual(['delete clusterrolebinding rights --ignore-not-found --timeout=60s']);
});

test('what was changed is replaced by what it was, without what the API server and controllers wrote', async () => {
  const written = { uid: 'u', resourceVersion: '7', annotations: { 'deployment.kubernetes.io/revision': '1', a: 'b' } };
  const kubectl = new Pretended({ ...configMap('before', written), status: {} } as BaselineObject);
  await recordBaseline(folder, kubectl, never);
  kubectl.objects = [configMap('after')];
  await restoreBaseline(folder, kubectl, never);
  const made = { apiVersion: 'v1', kind: 'ConfigMap', data: { text: 'before' } };
  const metadata = { name: 'coredns', namespace: system, annotations: { a: 'b' } };
  expect(kubectl.changes).toEqual([`replace -f - ${JSON.stringify({ ...made, metadata })}`]);
});

test('what was deleted is made again', async () => {
  const kubectl = new Pretended(configMap('before'));
  await recordBaseline(folder, kubectl, never);
  kubectl.objects = [];
  await restoreBaseline(folder, kubectl, never);
  expect(kubectl.changes).toHaveLength(1);
  expect(kubectl.changes[0]).toMatch(/^create -f - .*"text":"before"/);
});

test('what stays the same, or changes by itself, is left alone', async () => {
  const leader = { annotations: { 'control-plane.alpha.kubernetes.io/leader': 'me' } };
  const gone = { ...node([], {}), metadata: { name: 'gone' } };
  const kubectl = new Pretended(binding('there'), configMap('1', leader), node([], { a: 'b' }), gone);
  await recordBaseline(folder, kubectl, never);
  const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
  kubectl.objects = [
    { ...binding('there'), metadata: { ...binding('there').metadata, resourceVersion: '8' } as { name: string } },
    configMap('2', { ...leader, name: 'election' }),
    { ...configMap('new'), metadata: { name: 'new', namespace: system } },
    node([unreachable], { a: 'b' }),
    { ...node([], {}), metadata: { name: 'added' } },
  ];
  await restoreBaseline(folder, kubectl, never);
  expect(kubectl.changes).toEqual([]);
});

test('nodes get their labels, taints and schedulability, and keep what the node controller says', async () => {
  const own = { key: 'own', effect: 'NoSchedule' };
  const kubectl = new Pretended(node([own, { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }], { a: 'b' }));
  await recordBaseline(folder, kubectl, never);
  const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  kubectl.objects = [node([{ key: 'fault', effect: 'NoSchedule' }, unreachable, cordon], { a: 'c', d: 'e' }, true)];
  await restoreBaseline(folder, kubectl, never);
  const patch = {
    metadata: { labels: { a: 'b', d: null } },
    spec: { taints: [unreachable, own], unschedulable: null },
  };
  expect(kubectl.changes).toEqual([`patch node n --type=merge --patch ${JSON.stringify(patch)}`]);
});

test('once the fault is healed, only what differed then is put back', async () => {
  const kubectl = new Pretended(binding('there'), configMap('before'));
  await recordBaseline(folder, kubectl, never);
  kubectl.objects = [binding('there'), binding('rights'), configMap('before')];
  await closeBaseline(folder, kubectl, never);
  // A task of another lab, later.
  kubectl.objects = [binding('rights'), binding('role-of-a-task'), configMap('after')];
  await closeBaseline(folder, kubectl, never);
  await restoreBaseline(folder, kubectl, never);
  expect(kubectl.changes).toEqual(['delete clusterrolebinding rights --ignore-not-found --timeout=60s']);
});

test('nothing is remembered of a healed fault that left nothing', async () => {
  const kubectl = new Pretended(configMap('before'));
  await recordBaseline(folder, kubectl, never);
  await closeBaseline(folder, kubectl, never);
  expect(existsSync(path.join(folder, 'outside.json'))).toBe(false);
});

test('it is put back once, and again when that failed', async () => {
  const kubectl = new Pretended();
  await recordBaseline(folder, kubectl, never);
  kubectl.objects = [binding('rights')];
  const failing = { run: () => Promise.reject(new Error('no answer')) };
  await expect(restoreBaseline(folder, failing, never)).rejects.toThrow('no answer');
  await restoreBaseline(folder, kubectl, never);
  await restoreBaseline(folder, kubectl, never);
  expect(kubectl.changes).toHaveLength(1);
});
