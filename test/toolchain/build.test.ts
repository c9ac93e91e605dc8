import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../lib/core/errors.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { build, buildFolder, isBuilt } from '../../lib/toolchain/build.ts';
import { nodeModules } from '../../lib/toolchain/node-modules.ts';
import { platformNamed } from '../../lib/toolchain/platforms.ts';
import { toolModules, type ToolModule } from '../../lib/toolchain/tool-modules.ts';
import { waitUntil } from '../wait-until.ts';
import { goEnv, readOutput, StandIns } from './stand-ins.ts';
import { inEnglish } from '../in-english.ts';

const [etcd, patchedKwok] = toolModules('1.36') as [ToolModule, ToolModule];
/** Without its patches, whose originals no stand-in has. */
const kwok: ToolModule = { ...patchedKwok, patches: undefined };
const containerd = nodeModules('1.36').find((module) => module.folder === 'containerd')!;
const never = new AbortController().signal;

const list = `[ "$1" = list ] && { printf '%s\\n' fmt os net; exit 0; }`;
const works = `${list}; ${readOutput}; printf 'fmt\\nos\\n' >&2; for each in $programs; do printf "$each" > "$out$each"; done`;

let standIns: StandIns;
let cache: string;
beforeEach(async () => {
  standIns = await StandIns.make();
  cache = standIns.file('cache');
});
afterEach(() => standIns.remove());

const buildWith = async (script: string, module = kwok, signal = never) => {
  await standIns.add('go', `${goEnv('go1.99.0')}; ${script}`);
  const reports: string[] = [];
  const folder = build(module, cache, (detail) => reports.push(inEnglish(detail)), signal);
  return { folder, reports };
};
/** How Go was called, beside the question which it is. */
const calls = async () => (await standIns.calls('go')).filter((call) => !call.startsWith('env '));
const inBin = () => readdir(path.join(cache, 'bin'));

describe('build', () => {
  test('builds every program of a module into one folder, and says how it gets on', async () => {
    const { folder, reports } = await buildWith(works);
    expect(await folder).toBe(await buildFolder(kwok, cache));
    expect((await readdir(await folder)).sort()).toEqual(['kwok', 'kwokctl']);
    expect(await readFile(path.join(await folder, 'kwok'), 'utf8')).toBe('kwok');
    expect(reports).toEqual([
      'downloading sources',
      ...[0, 1, 2].map((compiled) => `${compiled} of at most 3 packages compiled`),
    ]);
    expect(await inBin()).toEqual([path.basename(await folder)]);
    expect(await isBuilt(kwok, cache)).toBe(true);
  });

  test('counts a line that arrives in two pieces once', async () => {
    const { folder, reports } = await buildWith(
      works.replace(`printf 'fmt\\nos\\n' >&2`, `printf 'f' >&2; sleep 0.05; printf 'mt\\n' >&2`),
    );
    await folder;
    expect(reports.slice(1)).toEqual(['0 of at most 3 packages compiled', '1 of at most 3 packages compiled']);
  });

  test('gives programs their names, whatever go calls their packages', async () => {
    const { folder } = await buildWith(works, etcd);
    expect((await readdir(await folder)).sort()).toEqual(['etcd', 'etcdctl', 'etcdutl']);
    expect(await readFile(path.join(await folder, 'etcd'), 'utf8')).toBe('server');
  });

  test("keeps a workspace and flags of the learner's own out of the build", async () => {
    process.env.GOFLAGS = '-mod=mod';
    try {
      await (
        await buildWith(`echo "$GOWORK $GOFLAGS $CGO_ENABLED $PWD" > "$STAND_IN/env"; ${works}`)
      ).folder;
    } finally {
      delete process.env.GOFLAGS;
    }
    expect(await readFile(standIns.file('env'), 'utf8')).toBe(
      `off -buildvcs=false 0 ${path.join(projectFolder, 'tools', 'kwok')}\n`,
    );
    const [, first = ''] = await calls();
    expect(first).toMatch(
      /^build -v -trimpath -gcflags all=-dwarf=false -l -gcflags std=-dwarf=false -ldflags -s -w -o .+\.partial\/ \. sigs\.k8s\.io\/kwok\/cmd\/kwokctl$/,
    );
  });

  describe('of what is changed first', () => {
    const patch = { module: 'example.com/m', file: 'a.go', from: 'old words', to: 'new words' };
    const lists = `[ "$2" = -m ] && { echo "$STAND_IN/m"; exit 0; }; ${works}`;
    const withOriginal = async (text: string) => {
      await mkdir(standIns.file('m'));
      await writeFile(standIns.file('m/a.go'), text);
      return buildWith(`${lists}; cp -r "$out/changed" "$STAND_IN/seen"`, { ...kwok, patches: [patch] });
    };

    test('compiles a changed copy, leaves the original, and nothing beside the programs', async () => {
      const { folder } = await withOriginal('before, old words, after');
      expect((await readdir(await folder)).sort()).toEqual(['kwok', 'kwokctl']);
      expect(await readFile(standIns.file('m/a.go'), 'utf8')).toBe('before, old words, after');
      expect((await calls()).at(-1)).toMatch(/ -modfile .+\.partial\/changed\/go\.mod /);
      expect(await readFile(standIns.file('seen/go.mod'), 'utf8')).toMatch(
        /\nreplace example\.com\/m => ".+\.partial\/changed\/0"\n$/,
      );
      expect(await readFile(standIns.file('seen/0/a.go'), 'utf8')).toBe('before, new words, after');
    });

    test.each(['no words', 'old words, old words'])('stops when the words are not there once: %s', async (text) => {
      await expect((await withOriginal(text)).folder).rejects.toThrow(/^'old words' stands in a\.go [02] times/);
      expect(await inBin()).toEqual([]);
    });
  });

  test('writes the version into the programs of Kubernetes', async () => {
    await (
      await buildWith(works, toolModules('1.35').at(-1))
    ).folder;
    const [, first = ''] = await calls();
    expect(first).toContain('-X k8s.io/component-base/version.gitVersion=v1.35.4');
  });

  test('is done at once when the programs are there', async () => {
    await (
      await buildWith(works)
    ).folder;
    const before = await calls();
    const again = await buildWith('exit 1');
    await again.folder;
    expect(again.reports).toEqual([]);
    expect(await calls()).toEqual(before);
  });

  test.each([
    ['while it lists packages', 'list'],
    ['while it compiles', 'build'],
  ])('leaves neither a folder nor a process when it is aborted %s', async (_, moment) => {
    const hangs = `if [ "$1" = ${moment} ]; then ${readOutput}; for each in $programs; do printf half > "$out$each"; done
      sleep 600 & echo "$$ $!" > "$STAND_IN/pids.new"; mv "$STAND_IN/pids.new" "$STAND_IN/pids"; wait; fi; ${works}`;
    const abort = new AbortController();
    const { folder } = await buildWith(hangs, kwok, abort.signal);
    const rejection = expect(folder).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await waitUntil('go runs', () => existsSync(standIns.file('pids')), 5_000);
    const pids = (await readFile(standIns.file('pids'), 'utf8')).split(' ').map(Number);
    expect(pids.filter(isAlive)).toHaveLength(2);
    expect(await inBin()).toEqual([expect.stringMatching(/\.partial$/)]);

    abort.abort();
    await rejection;
    expect(await inBin()).toEqual([]);
    await waitUntil('go and what it started have ended', () => pids.filter(isAlive).length === 0, 5_000);
    // The lock is free, so the next build goes on at once.
    await (
      await buildWith(works)
    ).folder;
    expect(await isBuilt(kwok, cache)).toBe(true);
  });

  test('removes what a build left that was killed outright', async () => {
    const halfMade = [
      `${path.basename(await buildFolder(kwok, cache))}.partial`,
      'kubernetes-1.33-0123456789ab.partial',
    ];
    for (const name of halfMade) {
      await mkdir(path.join(cache, 'bin', name), { recursive: true });
      await writeFile(path.join(cache, 'bin', name, 'half'), 'half');
    }
    expect(await isBuilt(kwok, cache)).toBe(false);
    const { folder } = await buildWith(works);
    expect((await readdir(await folder)).sort()).toEqual(['kwok', 'kwokctl']);
    expect(await inBin()).toEqual([path.basename(await folder)]);
  });

  test('waits for another build of the same programs, and does not build them again', async () => {
    const gated = `[ "$1" = list ] && until [ -e "$STAND_IN/gate" ]; do sleep 0.02; done; ${works}`;
    const first = await buildWith(gated);
    await waitUntil('the first build is under way', async () => (await calls()).length === 1, 5_000);
    const second = await buildWith(gated);
    await waitUntil('the second build waits', () => second.reports.length > 0, 5_000);
    expect(second.reports).toEqual(['another build is under way: waiting for it']);
    await writeFile(standIns.file('gate'), '');
    expect(await second.folder).toBe(await first.folder);
    expect(second.reports).toEqual(['another build is under way: waiting for it']);
    expect((await calls()).map((call) => call.split(' ')[0])).toEqual(['list', 'build']);
  });
});

describe('a build that fails', () => {
  test.each([
    [
      'a full disk',
      'write /x/pkg.a: no space left on device',
      /^The disk is full: building .* takes up to 7 GB\. Free some space and run the command again\./,
    ],
    [
      'no network',
      'dial tcp: lookup proxy.golang.org: no such host',
      /^The sources of kwok, kwokctl are not on this machine, and Go could not download them \(about \d+ MB for all programs of target .*\)\. Check the network/,
    ],
    ['a refused proxy', 'Get "https://proxy": proxyconnect tcp: EOF', /^The sources of kwok, kwokctl are not on/],
    ['GOPROXY=off', 'example.com/m@v1.0.0: module lookup disabled by GOPROXY=off', /^The sources of kwok, kwokctl are/],
    ['anything else', 'internal compiler error', /^Go could not build the programs:/],
  ])('says it in a sentence, with the error and without the packages before it: %s', async (_, words, sentence) => {
    for (const moment of ['list', 'build']) {
      const fails = `[ "$1" = ${moment} ] && { printf '%s\\n' fmt k8s.io/api/core/v1 >&2; echo '${words}' >&2; echo net/http >&2; exit 1; }; ${works}`;
      const { folder } = await buildWith(fails);
      await expect(folder).rejects.toThrow(ExternalError);
      await expect(folder).rejects.toThrow(sentence);
      await expect(folder).rejects.toThrow(new RegExp(`\\n${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
      await expect(folder).rejects.not.toThrow('\nfmt\n');
      expect(await inBin()).toEqual([]);
    }
  });
});

test.each([
  [
    'local',
    etcd,
    /about 150 MB for all programs of target local\).* set GOPROXY to .*; or set LABS_PROGRAMS to .* \(about 100 MB for/,
  ],
  [
    'linux',
    containerd,
    /about 260 MB for all programs of target linux\).* set GOPROXY to .*; or run 'npx labs programs fetch --on linux' on another machine .* copy its cache folder to \//,
  ],
])(
  'without network, it says what target %s lacks, how large it is, and how else to get it',
  async (_, module, ways) => {
    const { folder } = await buildWith(`echo 'dial tcp: lookup proxy.golang.org: no such host' >&2; exit 1`, module);
    await expect(folder).rejects.toThrow(ways);
  },
);

test('builds for another platform, into a folder of its own', async () => {
  await standIns.add(
    'go',
    `${goEnv('go1.99.0')}; echo "$GOOS $GOARCH $GOTOOLCHAIN $GOENV" > "$STAND_IN/env"; ${works}`,
  );
  const platform = platformNamed('darwin-arm64');
  const folder = await build(kwok, cache, () => undefined, never, platform);
  expect(await readFile(standIns.file('env'), 'utf8')).toBe('darwin arm64 local off\n');
  expect(folder).toBe(await buildFolder(kwok, cache, platform));
  expect(folder).not.toBe(await buildFolder(kwok, cache, platformNamed('darwin-x64')));
});

describe('the folder of a build', () => {
  const folderOf = async (module: ToolModule) => path.basename(await buildFolder(module, cache));

  test('is the same for the same programs, and named after their module', async () => {
    expect(await folderOf(etcd)).toBe(await folderOf({ ...etcd }));
    expect(await folderOf(etcd)).toMatch(/^etcd-[0-9a-f]{12}$/);
  });

  test('is another for other programs, other linker variables and another version', async () => {
    const folders = await Promise.all([
      folderOf(etcd),
      folderOf({ ...etcd, programs: { etcd: etcd.programs.etcd! } }),
      folderOf({ ...etcd, linkerVariables: { version: '1' } }),
      ...toolModules('1.36').slice(1).map(folderOf),
      folderOf(toolModules('1.35').at(-1)!),
    ]);
    expect(new Set(folders).size).toBe(folders.length);
  });

  /** Whether the folder is another once a file of the module was written. */
  const isAnotherWith = async (file: string) => {
    await mkdir(standIns.file('module'));
    for (const name of ['go.mod', 'go.sum', 'main.go']) {
      await writeFile(path.join(standIns.file('module'), name), 'v1.0.0');
    }
    const module = { ...etcd, folder: path.relative(path.join(projectFolder, 'tools'), standIns.file('module')) };
    const before = await folderOf(module);
    await writeFile(path.join(standIns.file('module'), file), 'v1.0.1');
    return (await folderOf(module)) !== before;
  };

  test.each(['go.mod', 'go.sum', 'main.go', 'more.go'])('is another when %s changes', async (file) => {
    expect(await isAnotherWith(file)).toBe(true);
  });

  test("is the same when a module's tests change", async () => {
    expect(await isAnotherWith('main_test.go')).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
