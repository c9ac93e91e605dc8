import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../../lib/core/errors.ts';
import type { Step } from '../../../lib/core/step.ts';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../../lib/model/lab.ts';
import { readAnswers, writeAnswer } from '../../../lib/progress/answers.ts';
import { readFaultsProgress, writeFaultsProgress } from '../../../lib/progress/faults.ts';
import { readPassedTasks, rememberPassedTasks } from '../../../lib/progress/tasks.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import type { Target } from '../../../lib/targets/target.ts';
import { inEnglish } from '../../in-english.ts';

/** One target, with an environment that nobody has made yet. */
export interface TargetFixture {
  readonly target: Target;
  /** Folder of the environments; it is not there while there is none. */
  readonly root: string;
  /** Names of the ConfigMaps in a lab's namespace, sorted; none when the namespace is gone. */
  configMaps(lab: Lab): Promise<readonly string[]>;
  /** Makes a ConfigMap in a lab's namespace, as a learner may. */
  createConfigMap(lab: Lab, name: string): Promise<void>;
  deleteConfigMap(lab: Lab, name: string): Promise<void>;
  /** Removes what the tests left. */
  remove(): Promise<void>;
}

const settings = parseSettings({});

/** A lab with a namespace and a ConfigMap. */
const madeUp = (id: string, more: Partial<Lab> = {}): Lab => ({
  id,
  namespace: id,
  title: { ja: id, en: id },
  environment: eksEc2,
  minutes: 1,
  tasks: [],
  loadManifests: async () =>
    [
      `{apiVersion: v1, kind: Namespace, metadata: {name: ${id}}}`,
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: note, namespace: ${id}}}`,
    ].join('\n---\n'),
  loadChecks: async () => ({ checks: {}, questions: {} }),
  ...more,
});

/** What is remembered of a learner in a lab's folder. */
const progressIn = async (folder: string) => ({
  answers: await readAnswers(folder),
  passed: await readPassedTasks(folder),
  healed: (await readFaultsProgress(folder)).healed,
});
const reached = { answers: { nodes: '2' }, passed: ['nodes'], healed: ['scheduler'] };
const nothing = { answers: {}, passed: [], healed: [] };
const reach = async (folder: string): Promise<void> => {
  await writeAnswer(folder, 'nodes', '2');
  await rememberPassedTasks(folder, ['nodes']);
  await writeFaultsProgress(folder, { healed: ['scheduler'] });
};

/**
 * What every target does for the commands of labs, in one environment that two labs share. The tests follow each other:
 * each begins where the one before it has ended.
 */
export function describeTargetContract(name: string, makeFixture: () => Promise<TargetFixture>): void {
  describe(`target ${name}`, () => {
    const [small, other] = [madeUp('small'), madeUp('other')];
    let fixture: TargetFixture;
    let target: Target;
    beforeAll(async () => {
      fixture = await makeFixture();
      target = fixture.target;
    });
    afterAll(() => fixture.remove());

    const run = async (steps: readonly Step[], signal = new AbortController().signal): Promise<string[]> => {
      const said: string[] = [];
      for (const step of steps) said.push(inEnglish((await step.run(() => undefined, signal)) ?? ''));
      return said;
    };
    const up = async (lab: Lab) => run(await target.up(lab, settings));

    const expectNotUp = async (lab: Lab): Promise<void> => {
      expect(await target.isUp(lab)).toBe(false);
      expect(await target.remembered(lab)).toBeUndefined();
      for (const reaching of [() => target.access(lab), () => target.reset(lab)]) {
        await expect(reaching()).rejects.toThrow(ExternalError);
        await expect(reaching()).rejects.toThrow(new RegExp(`^Lab ${lab.id} is not up on .*labs up ${lab.id}`));
      }
    };
    const expectUp = async (lab: Lab): Promise<void> => {
      expect(await target.isUp(lab)).toBe(true);
      const { kubernetes, nodeCount } = settings;
      expect(await target.remembered(lab)).toMatchObject({ kubernetes, nodeCount });
      const access = await target.access(lab);
      expect(access.settings).toEqual(await target.remembered(lab));
      expect(access.folder).toBe(target.folderOf(lab));
      expect(await readFile(access.kubeconfig, 'utf8')).toMatch(new RegExp(`namespace"?: "?${lab.namespace}\\b`));
      for (const program of ['kubectl', 'labs']) expect(await readFile(path.join(access.bin, program))).toBeDefined();
    };

    test('a lab that was not brought up is not there, and asking for it makes nothing', async () => {
      await expectNotUp(small);
      expect(await target.down(small)).toEqual([]);
      expect(target.folderOf(small)).toBe(path.join(fixture.root, eksEc2.id, 'labs', 'small'));
      expect(existsSync(fixture.root)).toBe(false);
    });

    test('up that is interrupted before it begins makes nothing', async () => {
      const steps = await target.up(small, settings);
      await expect(run(steps, AbortSignal.abort())).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
      await expectNotUp(small);
    });

    test('up makes the environment with the lab in it', async () => {
      await up(small);
      await expectUp(small);
      expect(await fixture.configMaps(small)).toEqual(['note']);
      await expectNotUp(other);
    });

    test('up of a lab that is up has nothing to do', async () => {
      expect(await target.up(small, settings)).toEqual([]);
    });

    test('up of another lab that is interrupted does not bring it up, and is done by the next one', async () => {
      const abort = new AbortController();
      const interrupting = madeUp('other', {
        loadManifests: async () => {
          abort.abort();
          return other.loadManifests();
        },
      });
      await expect(run(await target.up(interrupting, settings), abort.signal)).rejects.toThrow();
      await expectNotUp(other);
      await expectUp(small);

      await up(other);
      await expectUp(other);
      expect(await fixture.configMaps(other)).toEqual(['note']);
    });

    test('up brings back what a lab has lost of its own, and nothing else', async () => {
      await reach(target.folderOf(small));
      await fixture.createConfigMap(small, 'mine');
      await fixture.deleteConfigMap(small, 'note');
      expect((await up(small)).at(-1)).toBe(
        "brought back what is the lab's own (ConfigMap note); what you had made yourself does not come back",
      );
      expect(await fixture.configMaps(small)).toEqual(['mine', 'note']);
      expect(await progressIn(target.folderOf(small))).toEqual(reached);
      expect(await target.up(small, settings)).toEqual([]);
    });

    test('reset that keeps progress puts the objects back, and leaves what the learner has reached', async () => {
      await fixture.deleteConfigMap(small, 'note');
      await run(await target.reset(small, { keepProgress: true }));
      expect(await fixture.configMaps(small)).toEqual(['note']);
      expect(await progressIn(target.folderOf(small))).toEqual(reached);
      await expectUp(small);
    });

    test('reset that is interrupted is done by the next one', async () => {
      const steps = await target.reset(small);
      await expect(run(steps, AbortSignal.abort())).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
      expect(await progressIn(target.folderOf(small))).toEqual(reached);
      await expectUp(small);
    });

    test('reset forgets what the learner has reached in this lab, and can be repeated', async () => {
      await reach(target.folderOf(other));
      await fixture.createConfigMap(other, 'mine');
      for (let round = 1; round <= 2; round++) {
        await fixture.createConfigMap(small, 'mine');
        await run(await target.reset(small));
        expect(await fixture.configMaps(small)).toEqual(['note']);
        expect(await progressIn(target.folderOf(small))).toEqual(nothing);
        await expectUp(small);
      }
      expect(await fixture.configMaps(other)).toEqual(['mine', 'note']);
      expect(await progressIn(target.folderOf(other))).toEqual(reached);
    });

    test('down of one lab leaves the other', async () => {
      await run(await target.down(small));
      await expectNotUp(small);
      expect(await fixture.configMaps(small)).toEqual([]);
      expect(existsSync(target.folderOf(small))).toBe(false);
      expect(await target.down(small)).toEqual([]);
      await expectUp(other);
      expect(await fixture.configMaps(other)).toEqual(['mine', 'note']);
    });

    test('down of the last lab ends the environment, and leaves no folder', async () => {
      expect((await run(await target.down(other))).at(-1)).toMatch(/ left\b/);
      await expectNotUp(other);
      expect(await target.down(other)).toEqual([]);
      expect(existsSync(fixture.root)).toBe(false);
    });
  });
}
