import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findGo, findUsableGo, isOlder, neededGo } from '../../lib/toolchain/go.ts';
import { variablesFor } from '../../lib/platform/program-environment.ts';
import { goEnvironment, usableSettings } from '../../lib/toolchain/go-environment.ts';
import { goVersion } from '../../lib/toolchain/go-release.ts';
import { goFolder } from '../../lib/toolchain/go-toolchain.ts';
import { platformNamed } from '../../lib/toolchain/platforms.ts';
import { goEnv, StandIns } from './stand-ins.ts';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await StandIns.make();
});
afterEach(() => standIns.remove());

describe('findGo', () => {
  test.each([
    ['go1.26.4', '1.26.4'],
    ['go1.20', '1.20'],
    ['go1.26.4-X:nodwarf5', '1.26.4'],
  ])('reads the version of %s', async (said, version) => {
    await standIns.add('go', goEnv(said));
    expect(await findGo()).toEqual({ version, settings: {} });
  });

  test('reads the settings that a build keeps, wherever they come from', async () => {
    await standIns.add('go', goEnv('go1.26.4', { GOPROXY: 'https://proxy.example.com', GOPRIVATE: '' }));
    expect(await findGo()).toEqual({ version: '1.26.4', settings: { GOPROXY: 'https://proxy.example.com' } });
  });

  test('is asked outside of any module and workspace, and does not upgrade itself', async () => {
    await standIns.add('go', 'echo "$GOWORK $GO111MODULE $GOTOOLCHAIN" > "$STAND_IN/env"; ' + goEnv('go1.26.4'));
    await findGo();
    expect(await readFile(standIns.file('env'), 'utf8')).toBe('off off local\n');
    expect(await standIns.calls('go')).toEqual([expect.stringMatching(/^env -json GOVERSION GOPROXY /)]);
  });

  test.each([
    ['that fails', 'exit 1'],
    ['that is something else', 'echo Go, the game'],
  ])('finds none in a program %s', async (_, script) => {
    await standIns.add('go', script);
    expect(await findGo()).toBeUndefined();
  });

  test('finds none on an empty PATH', async () => {
    expect(await findGo()).toBeUndefined();
  });
});

describe('the Go to build with', () => {
  const pinned = () => path.join(goFolder(standIns.file('cache')), 'bin', 'go');

  test('is the one on PATH when it is new enough', async () => {
    await standIns.add('go', goEnv('go1.99.0'));
    expect((await findUsableGo(standIns.file('cache')))?.file).toBe('go');
  });

  test.each(['go1.20', 'go1.25.9'])('is not %s, which is too old, even if it could upgrade itself', async (version) => {
    await standIns.add('go', goEnv(version, { GOTOOLCHAIN: 'auto' }));
    expect(await findUsableGo(standIns.file('cache'))).toBeUndefined();
    await mkdir(goFolder(standIns.file('cache')), { recursive: true });
    expect((await findUsableGo(standIns.file('cache')))?.file).toBe(pinned());
  });

  test('is the pinned one when there is none on PATH; it is as new as any module asks for', async () => {
    await mkdir(goFolder(standIns.file('cache')), { recursive: true });
    expect((await findUsableGo(standIns.file('cache')))?.file).toBe(pinned());
    expect(isOlder(goVersion, await neededGo())).toBe(false);
  });
});

describe('the environment of a build', () => {
  const options = { platform: platformNamed('darwin-arm64'), cgo: false, cache: '/cache' };

  test("keeps what is not Go's, and of Go's what is passed on", () => {
    const env = { HOME: '/home/x', PATH: '/bin', HTTPS_PROXY: 'http://proxy', SSL_CERT_FILE: '/ca' };
    const own = {
      GOFLAGS: '-mod=mod',
      GOEXPERIMENT: 'x',
      GOAMD64: 'v3',
      CGO_CFLAGS: '-O0',
      GOROOT: '/old',
      GOBIN: '/b',
    };
    const settings = usableSettings({
      ...own,
      GOPROXY: 'https://p',
      GOMODCACHE: '/m',
      GOCACHE: 'relative',
      GOPATH: '/a:b',
    });
    expect(settings).toEqual({ GOPROXY: 'https://p', GOMODCACHE: '/m' });
    expect(goEnvironment(variablesFor('go', { ...env, ...own, GOPROXY: 'ignored' }), { ...options, settings })).toEqual(
      {
        ...env,
        GOPROXY: 'https://p',
        GOMODCACHE: '/m',
        GOENV: 'off',
        GOWORK: 'off',
        GOFLAGS: '-buildvcs=false',
        GOTOOLCHAIN: 'local',
        GOOS: 'darwin',
        GOARCH: 'arm64',
        CGO_ENABLED: '0',
        GOGC: 'off',
        GOMEMLIMIT: '1GiB',
      },
    );
  });

  test('has folders for the caches of Go where there is no HOME', () => {
    expect(goEnvironment({}, { ...options, settings: {} })).toMatchObject({
      GOPATH: '/cache/go-path',
      GOCACHE: '/cache/go-build',
    });
  });
});

describe('isOlder', () => {
  test.each([
    ['1.20', '1.21', true],
    ['1.9', '1.21', true],
    ['1.21', '1.21.0', false],
    ['1.21', '1.21.1', true],
    ['1.21.10', '1.21.9', false],
    ['2.0', '1.99', false],
    ['1.26.0', '1.26.0', false],
  ])('%s before %s: %s', (a, b, expected) => {
    expect(isOlder(a, b)).toBe(expected);
  });
});
