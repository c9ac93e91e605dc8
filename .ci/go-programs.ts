// Checks the format of the Go programs of this project and runs their tests, with the flags and the environment of a build, so
// that Go compiles no package again:
//   node --import tsx .ci/go-programs.ts
import path from 'node:path';
import { execa } from 'execa';
import { cacheFolder, projectFolder } from '../lib/platform/paths.ts';
import { variablesFor } from '../lib/platform/program-environment.ts';
import { compilerFlags } from '../lib/toolchain/compiler-flags.ts';
import { goEnvironment, settingsInEnvironment } from '../lib/toolchain/go-environment.ts';
import { thisPlatform } from '../lib/toolchain/platforms.ts';

const settings = settingsInEnvironment();
const env = goEnvironment(variablesFor('go'), { settings, platform: thisPlatform(), cgo: false, cache: cacheFolder });
for (const program of ['kwok', 'node-disk']) {
  const cwd = path.join(projectFolder, 'tools', program);
  const { stdout: unformatted } = await execa('gofmt', ['-l', '.'], { cwd });
  if (unformatted !== '') {
    console.error(`Run gofmt -w in tools/${program} for: ${unformatted.split('\n').join(' ')}`);
    process.exitCode = 1;
  }
  const tests = await execa('go', ['test', '-trimpath', ...compilerFlags, './...'], {
    cwd,
    env,
    extendEnv: false,
    stdio: 'inherit',
    reject: false,
  });
  if (tests.failed) process.exitCode = 1;
}
