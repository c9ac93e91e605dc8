import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findGo, isOlder } from '../../lib/toolchain/go.ts';
import { goEnv, StandIns } from './stand-ins.ts';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await StandIns.make();
});
afterEach(() => standIns.remove());

describe('findGo', () => {
  test.each([
    ['a current one', 'go1.26.4', 'auto', { version: '1.26.4', upgradesItself: true }],
    [
      'one with a toolchain of its own, and more if needed',
      'go1.24.1',
      'go1.24.1+auto',
      { version: '1.24.1', upgradesItself: true },
    ],
    ['one that may not upgrade itself', 'go1.24.1', 'local', { version: '1.24.1', upgradesItself: false }],
    ['one that is held at one toolchain', 'go1.24.1', 'go1.24.1', { version: '1.24.1', upgradesItself: false }],
    ['one that looks on PATH only', 'go1.24.1', 'local+path', { version: '1.24.1', upgradesItself: false }],
    ['one from before toolchains', 'go1.20', '', { version: '1.20', upgradesItself: false }],
    ["one with a distribution's suffix", 'go1.26.4-X:nodwarf5', 'auto', { version: '1.26.4', upgradesItself: true }],
  ])('describes %s', async (_, version, toolchain, expected) => {
    await standIns.add('go', goEnv(version, toolchain));
    expect(await findGo()).toEqual(expected);
  });

  test('is asked outside of any module and workspace', async () => {
    await standIns.add('go', 'echo "$GOWORK $GO111MODULE" > "$STAND_IN/env"; ' + goEnv('go1.26.4', 'auto'));
    await findGo();
    expect(await readFile(standIns.file('env'), 'utf8')).toBe('off off\n');
    expect(await standIns.calls('go')).toEqual(['env GOVERSION GOTOOLCHAIN']);
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
