import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import { selfManaged } from '../../../lib/environments/self-managed.data.ts';
import { ExternalError, UsageError } from '../../../lib/core/errors.ts';
import type { Lab } from '../../../lib/model/lab.ts';
import { parseSettings, type Settings } from '../../../lib/settings/settings.ts';
import { LinuxTarget } from '../../../lib/targets/linux/linux-target.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

const lab = (id: string, more: Partial<Lab> = {}): Lab => ({
  id,
  namespace: id,
  title: { ja: id, en: id },
  environment: selfManaged,
  minutes: 1,
  tasks: [],
  loadManifests: async () => '',
  loadChecks: async () => ({ checks: {}, questions: {} }),
  ...more,
});
const anatomy = lab('anatomy');
const onEks = lab('on-eks', { environment: eksEc2 });
const defaults = parseSettings({});

let data: string;
let target: LinuxTarget;
let uid: number;
const platform = process.platform;

beforeEach(async () => {
  data = await temporaryFolder('linux-target');
  target = new LinuxTarget({ data, cache: path.join(data, 'cache') });
  uid = 0;
  jest.spyOn(process, 'getuid').mockImplementation(() => uid);
  Object.defineProperty(process, 'platform', { value: 'linux' });
});
afterEach(async () => {
  Object.defineProperty(process, 'platform', { value: platform });
  jest.restoreAllMocks();
  await removeFolder(data);
});

/** An environment as one that was made is remembered; its nodes are gone, as after a restart of the machine. */
async function remember(settings: Settings, labs: readonly string[], more: object = {}, environment = selfManaged) {
  const folder = path.join(data, 'linux', environment.id);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'environment.json'), JSON.stringify({ settings, labs, ...more }));
}

describe('up', () => {
  test('takes one step, which makes or joins the environment', async () => {
    expect(await target.up(anatomy, defaults)).toHaveLength(1);
    await remember(defaults, ['other']);
    expect(await target.up(anatomy, defaults)).toHaveLength(1);
    expect(await readdir(data)).toEqual(['linux']);
  });

  test.each([
    ['another number of control planes', { controlPlanes: 3 }, /controlPlanes=1 \(not 3\)/],
    ['other addresses of pods', { podCidr: '10.200.0.0/16' }, /podCidr=10\.244\.0\.0\/16 \(not 10\.200\.0\.0\/16\)/],
    ['another Kubernetes version', { kubernetes: '1.35' }, /npx labs up anatomy --on linux -c kubernetes=1\.36/],
  ])('refuses %s than the running environment has', async (_, given, sentence) => {
    await remember(defaults, ['other']);
    await expect(target.up(anatomy, parseSettings(given))).rejects.toThrow(UsageError);
    await expect(target.up(anatomy, parseSettings(given))).rejects.toThrow(sentence);
  });

  test('of an EKS environment overlooks what concerns the self-managed one only', async () => {
    await remember(defaults, ['other'], {}, eksEc2);
    expect(await target.up(onEks, parseSettings({ controlPlanes: 3, podCidr: '192.168.0.0/16' }))).toHaveLength(1);
  });

  test('refuses pods where the nodes are', async () => {
    await expect(target.up(anatomy, parseSettings({ podCidr: '192.168.0.0/16' }))).rejects.toThrow(
      new UsageError(
        "Setting podCidr: '192.168.0.0/16' overlaps 192.168.177.0/24, where target linux has its nodes. Give one such as 10.244.0.0/16.",
      ),
    );
  });

  test('refuses a port, and a lab beside one that runs alone', async () => {
    await expect(target.up(anatomy, defaults, { port: 6443 })).rejects.toThrow(/^--port is for target local/);
    await remember(defaults, ['other'], { exclusive: true });
    await expect(target.up(anatomy, defaults)).rejects.toThrow(/with: npx labs down other --on linux$/);
  });
});

test('who is not root is told how to be, before anything is made', async () => {
  uid = 1000;
  await expect(target.up(anatomy, defaults)).rejects.toThrow(
    new ExternalError(
      'Target linux needs root: it makes namespaces and mounts. Run it with: sudo env "PATH=$PATH" npx labs up anatomy --on linux',
    ),
  );
  await remember(defaults, ['anatomy']);
  await expect(target.down(anatomy)).rejects.toThrow(/sudo .* npx labs down anatomy --on linux$/);
  expect(await readdir(path.join(data, 'linux'))).toEqual(['self-managed']);
});

test('another operating system is told so', async () => {
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  await expect(target.up(anatomy, defaults)).rejects.toThrow(/^Target linux needs Linux/);
});

describe('a lab that was not brought up', () => {
  test('has nothing to take down, to remember, or to reach', async () => {
    await remember(defaults, ['other']);
    expect(await target.down(anatomy)).toEqual([]);
    expect(await target.remembered(anatomy)).toBeUndefined();
    expect(await target.isUp(anatomy)).toBe(false);
    for (const call of [() => target.access(anatomy), () => target.reset(anatomy)]) {
      await expect(call()).rejects.toThrow(
        new ExternalError('Lab anatomy is not up on target linux. Bring it up with: npx labs up anatomy --on linux'),
      );
    }
  });
});

test('a lab whose nodes went with a restart of the machine is remembered, not up', async () => {
  await remember(parseSettings({ nodeCount: 3 }), ['anatomy']);
  expect((await target.remembered(anatomy))?.nodeCount).toBe(3);
  expect(await target.isUp(anatomy)).toBe(false);
  await expect(target.access(anatomy)).rejects.toThrow(
    /^The nodes of lab anatomy are gone; .*npx labs up anatomy --on linux$/,
  );
});
