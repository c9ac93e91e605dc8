import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chooseFault, faultsOn } from '../../lib/engine/faults.ts';
import { labs } from '../../labs/catalogue.ts';
import { troubleshootingLab } from '../../labs/troubleshooting/lab.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { forgetBrokenFault, readFaultsProgress, writeFaultsProgress } from '../../lib/progress/faults.ts';
import { targetsOfLab } from '../../lib/model/lab-targets.ts';
import { targetNames } from '../../lib/core/target-name.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

const withFaults = labs.filter(({ faults }) => faults !== undefined);

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('faults');
});
afterEach(() => removeFolder(folder));

test('there are at least 12 faults, at least 9 of them in lab troubleshooting', () => {
  expect(withFaults.flatMap(({ faults }) => faults).length).toBeGreaterThanOrEqual(12);
  expect(troubleshootingLab.faults!.length).toBeGreaterThanOrEqual(9);
});

describe.each(withFaults.map((lab) => [lab.id, lab] as const))('the faults of lab %s', (_, lab) => {
  test('have ids of their own, and code for each', async () => {
    const ids = lab.faults!.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(Object.keys(await lab.loadFaults!()).sort()).toEqual(ids.sort());
  });

  test('speak both languages, and each hint says something of its own', async () => {
    const plans = Object.values(await lab.loadFaults!());
    const texts = [
      ...lab.faults!.flatMap(({ title, symptom }) => [title, symptom]),
      ...plans.flatMap(({ hints }) => hints),
    ];
    for (const text of texts) {
      expect(text.ja).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
      // A hint may point at something with "…".
      expect(text.en).toMatch(/^[\p{ASCII}…]+$/u);
    }
    expect(new Set(texts.map(({ en }) => en)).size).toBe(texts.length);
  });

  test('can be had where the lab runs, and somewhere', () => {
    for (const { targets } of lab.faults!) {
      if (targets === undefined) continue;
      expect(targets.length).toBeGreaterThan(0);
      expect(targets.filter((target) => !targetsOfLab(lab).includes(target))).toEqual([]);
    }
    for (const target of targetNames) expect(faultsOn(lab, target).length > 0).toBe(targetsOfLab(lab).includes(target));
  });
});

/** What the cause is called, which neither a title nor a symptom gives away. */
const causes =
  /selector|taint|toler|quota|paus|nodeSelector|affinity|targetPort|image.*(typo|wrong)|probe|readinessGate|PodDisruptionBudget|minAvailable|RoleBinding|CoreDNS|policy|NOSPACE|compact|scheduler|controller.manager|expire|certificate/i;

test.each(withFaults.flatMap(({ faults }) => faults!).map((fault) => [fault.id, fault] as const))(
  'what a learner is told of %s does not name the cause',
  (_, { id, title, symptom }) => {
    for (const text of [id, title.en, symptom.en, title.ja, symptom.ja]) expect(text).not.toMatch(causes);
  },
);

describe('labs break chooses', () => {
  const lab = troubleshootingLab;
  const [first, second, ...more] = faultsOn(lab, 'local');
  const choose = (id: string | undefined, healed: readonly string[] = [], broken?: string) =>
    chooseFault(lab, id, 'local', { healed, ...(broken === undefined ? {} : { broken: { id: broken, tries: 1 } }) });

  test('the first that was not healed', () => {
    expect(choose(undefined)).toBe(first);
    expect(choose(undefined, [first!.id])).toBe(second);
    expect(choose(undefined, [second!.id])).toBe(first);
  });

  test('the one that is named, healed or not', () => {
    expect(choose(second!.id)).toBe(second);
    expect(choose(second!.id, [second!.id])).toBe(second);
  });

  test('none while one is in, and says what to do', () => {
    expect(() => choose(second!.id, [], first!.id)).toThrow(
      new UsageError(
        `Fault ${first!.id} is in lab troubleshooting already, and there is one at a time. See whether it is healed with: npx labs check troubleshooting; or give it up with: npx labs mend troubleshooting`,
      ),
    );
  });

  test('none when all were healed, and names them', () => {
    const ids = [first!, second!, ...more].map(({ id }) => id);
    expect(() => choose(undefined, ids)).toThrow(
      new UsageError(
        `You have healed every fault that lab troubleshooting has on local. Name one to have it again: ${ids.join(', ')}.`,
      ),
    );
  });

  test('none that there is not, or not on that target', () => {
    expect(() => choose('old-versoin')).toThrow(
      /^Unknown fault of lab troubleshooting 'old-versoin'\. Did you mean 'old-version'\?/,
    );
    expect(() => choose('never-started')).toThrow(
      /^Fault never-started can't be had on local, only on linux and aws\. On local there are: silent-service, /,
    );
    expect(chooseFault(lab, 'never-started', 'linux', { healed: [] }).id).toBe('never-started');
  });
});

describe('what is remembered of faults', () => {
  test('is nothing at first, then what was written', async () => {
    expect(await readFaultsProgress(folder)).toEqual({ healed: [] });
    await writeFaultsProgress(folder, { healed: ['a'], broken: { id: 'b', tries: 2 } });
    expect(await readFaultsProgress(folder)).toEqual({ healed: ['a'], broken: { id: 'b', tries: 2 } });
  });

  test('loses the fault that is in, and not what was healed', async () => {
    await writeFaultsProgress(folder, { healed: ['a'], broken: { id: 'b', tries: 2 } });
    await forgetBrokenFault(folder);
    expect(await readFaultsProgress(folder)).toEqual({ healed: ['a'] });
  });
});
