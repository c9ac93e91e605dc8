import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { taskOf } from '../../lib/model/lab.ts';
import { labOf, labs } from '../../labs/catalogue.ts';
import { readLabGuide, refuseDifferences } from '../../lib/engine/guides.ts';
import { claimIds } from '../../lib/claims/claims.ts';
import { environments } from '../../lib/environments/catalogue.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { blocksOf, taskIdsOf, type Guide } from '../../lib/guide/guide.ts';
import { differencesBetween } from '../../lib/guide/parity.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { languages } from '../../lib/core/text.ts';

const repeated = (ids: readonly string[]) => ids.filter((id, index) => ids.indexOf(id) !== index);

describe('the catalogue', () => {
  test('names no lab twice, and no namespace twice', () => {
    expect(repeated(labs.map(({ id }) => id))).toEqual([]);
    expect(repeated(labs.map(({ namespace }) => namespace))).toEqual([]);
  });

  test('finds a lab', () => {
    for (const lab of labs) expect(labOf(lab.id)).toBe(lab);
  });

  test('names the nearest lab for one that is unknown', () => {
    const all = labs.map(({ id }) => id).join(', ');
    expect(() => labOf('eks-ec3')).toThrow(
      new UsageError(`Unknown lab 'eks-ec3'. Did you mean 'eks-ec2'? Valid: ${all}.`),
    );
    expect(() => labOf('banana')).toThrow(new UsageError(`Unknown lab 'banana'. Valid: ${all}.`));
  });
});

describe.each(labs.map((lab) => [lab.id, lab] as const))('lab %s', (id, lab) => {
  const taskIds = lab.tasks.map((task) => task.id);
  const guides = Promise.all(languages.map((language) => readLabGuide(lab, language)));
  // Awaited by each test that needs it; a guide that can't be read fails those.
  guides.catch(() => undefined);

  test('is a folder of that name, in a known environment', () => {
    expect(existsSync(path.join(projectFolder, 'labs', id, 'lab.ts'))).toBe(true);
    expect(environments).toContain(lab.environment);
  });

  test('has at least six tasks, with ids of its own', () => {
    expect(taskIds.length).toBeGreaterThanOrEqual(6);
    expect(repeated(taskIds)).toEqual([]);
    for (const taskId of taskIds) expect(taskId).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  test('claims nothing that is not in the chapter, and something with every task', () => {
    for (const task of lab.tasks) {
      expect(task.claims.length).toBeGreaterThan(0);
      expect(task.claims.filter((claim) => !claimIds.includes(claim))).toEqual([]);
      expect(repeated(task.claims)).toEqual([]);
    }
  });

  test('speaks both languages', () => {
    const texts = [lab.title, ...lab.tasks.flatMap(({ title, question }) => [title, ...(question ? [question] : [])])];
    for (const text of texts) {
      expect(text.ja).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
      expect(text.en).toMatch(/^[\p{ASCII}]+$/u);
    }
  });

  test('has a check for each do task, a question and a question for each find task, and no others', async () => {
    const { checks, questions } = await lab.loadChecks();
    const idsOf = (kind: string) => lab.tasks.filter((task) => task.kind === kind).map((task) => task.id);
    expect(Object.keys(checks).sort()).toEqual(idsOf('do').sort());
    expect(Object.keys(questions).sort()).toEqual(idsOf('find').sort());
    expect(lab.tasks.filter(({ question }) => question !== undefined).map((task) => task.id)).toEqual(idsOf('find'));
  });

  test('has manifests, of which every object is in a namespace that they make, one of them its own', async () => {
    const { parseAllDocuments } = await import('yaml');
    const parsed = parseAllDocuments(await lab.loadManifests());
    const objects = ('empty' in parsed ? [] : parsed).map(
      (document) => document.toJS() as { kind: string; metadata: { name: string; namespace?: string } },
    );
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    expect(namespaces).toContain(lab.namespace);
    expect(objects.length).toBeGreaterThan(namespaces.length);
    for (const { kind, metadata } of objects) {
      expect(namespaces).toContain(kind === 'Namespace' ? metadata.name : metadata.namespace);
    }
  });

  test('has exactly its tasks in the guides of both languages, in order', async () => {
    for (const guide of await guides) expect(taskIdsOf(guide)).toEqual(taskIds);
  });

  test('has guides that agree', async () => {
    const [first, second] = (await guides) as [Guide, Guide];
    expect(differencesBetween(first, second).map(({ message }) => message)).toEqual([]);
    expect(blocksOf(first).length).toBeGreaterThan(0);
  });

  test('is refused when its guides differ, with both places', async () => {
    const [first, second] = (await guides) as [Guide, Guide];
    const sections = second.sections.map((section) => ({
      ...section,
      blocks: section.blocks.map((block) => (block.index === 0 ? { ...block, text: 'kubectl get all' } : block)),
    }));
    expect(() => refuseDifferences(first, { ...second, sections })).toThrow(UsageError);
    expect(() => refuseDifferences(first, { ...second, sections })).toThrow(
      /guide\.ja\.md:\d+:\n[^]*guide\.en\.md:\d+:\n {4}kubectl get all/,
    );
  });

  test('finds a task', () => {
    for (const task of lab.tasks) expect(taskOf(lab, task.id)).toBe(task);
  });

  test('names the nearest task for one that is unknown', () => {
    const [first = ''] = taskIds;
    expect(() => taskOf(lab, `${first}x`)).toThrow(
      new UsageError(`Unknown task of lab ${id} '${first}x'. Did you mean '${first}'? Valid: ${taskIds.join(', ')}.`),
    );
  });
});
