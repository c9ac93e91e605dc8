import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFaultsProgress } from '../../../lib/progress/faults.ts';
import { restoreLost, lostObjects, saidOfLost } from '../../../lib/targets/shared/lost-objects.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

const never = new AbortController().signal;
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } };
const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'lab' } };
const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'lab' } };
const manifests = [namespace, note, web].map((object) => JSON.stringify(object)).join('\n---\n');

let folder: string;
let done: string[];
beforeEach(async () => {
  folder = await temporaryFolder('lost');
  done = [];
});
afterEach(() => removeFolder(folder));

/** A cluster in which kubectl finds these objects. */
const kubectl = (...found: readonly object[]) => ({
  run: async (args: readonly string[]) => {
    done.push(args.join(' '));
    if (found.length === 0) return '';
    return JSON.stringify(found.length === 1 ? found[0] : { kind: 'List', items: found });
  },
  apply: async (yaml: string) => {
    done.push(`apply ${[...yaml.matchAll(/kind: (\w+)/g)].map(([, kind]) => kind).join(' ')}`);
  },
});
const kindsLost = async (...found: readonly object[]) =>
  (await lostObjects({ kubectl: kubectl(...found), manifests, folder }, never)).map(({ kind }) => kind);

test('finds what is not there, whatever kubectl prints for none, one, or several', async () => {
  expect(await kindsLost(namespace, note, web)).toEqual([]);
  expect(await kindsLost(namespace, web)).toEqual(['ConfigMap']);
  expect(await kindsLost(namespace)).toEqual(['ConfigMap', 'Deployment']);
  expect(await kindsLost()).toEqual(['Namespace', 'ConfigMap', 'Deployment']);
});

test('asks nothing of a cluster for a lab without objects', async () => {
  expect(await lostObjects({ kubectl: kubectl(), manifests: '', folder }, never)).toEqual([]);
  expect(done).toEqual([]);
});

test('takes an object of another namespace for another one', async () => {
  const elsewhere = { ...note, metadata: { ...note.metadata, namespace: 'default' } };
  expect(await kindsLost(namespace, elsewhere, web)).toEqual(['ConfigMap']);
});

test('counts what is in a namespace that is ending as lost, and an object that is ending too', async () => {
  const deletionTimestamp = '2026-11-23T00:00:00Z';
  const ending = <T extends { metadata: object }>(object: T) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp },
  });
  expect(await kindsLost(ending(namespace), note, web)).toEqual(['Namespace', 'ConfigMap', 'Deployment']);
  expect(await kindsLost(namespace, ending(note), web)).toEqual(['ConfigMap']);
});

test('leaves what a fault took away, unless the namespace itself is gone', async () => {
  await writeFaultsProgress(folder, { healed: [], broken: { id: 'fault', tries: 0 } });
  expect(await kindsLost(namespace, web)).toEqual([]);
  expect(await kindsLost()).toEqual(['Namespace', 'ConfigMap', 'Deployment']);
});

test('brings back what is lost and nothing else, after its namespace has ended', async () => {
  const end = async (names: readonly string[]) => void done.push(`end ${names.join(' ')}`);
  await restoreLost(kubectl(), [namespace, web], end, never);
  expect(done).toEqual([
    'end lab',
    'apply Namespace Deployment',
    'wait deployment web --namespace lab --for=condition=Available --timeout=180s',
  ]);
  done = [];
  await restoreLost(kubectl(), [note], end, never);
  expect(done).toEqual(['apply ConfigMap']);
  done = [];
  await restoreLost(kubectl(), [], end, never);
  expect(done).toEqual([]);
});

test('says what came back, and that the rest does not', () => {
  expect(saidOfLost([])).toBeUndefined();
  expect(saidOfLost([namespace, note])).toEqual({
    ja: 'ラボのものを戻しました（Namespace lab、ConfigMap note）。自分で作ったものは戻りません。',
    en: "brought back what is the lab's own (Namespace lab, ConfigMap note); what you had made yourself does not come back",
  });
});
