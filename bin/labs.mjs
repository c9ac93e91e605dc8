#!/usr/bin/env node
// What `npx labs` starts. Plain JavaScript, so that a machine that can't run the rest is told so in a sentence.
const [major = 0] = process.versions.node.split('.').map(Number);
if (process.platform === 'win32') {
  process.stderr.write(
    'The labs run on Linux, macOS and WSL2. On Windows, open a WSL2 terminal and run the command there.\n',
  );
  process.exitCode = 3;
} else if (major < 20) {
  process.stderr.write(
    `The labs need Node.js 20 or later; this is ${process.version}. Install a current release from https://nodejs.org.\n`,
  );
  process.exitCode = 3;
} else {
  const { load } = await import('../lib/platform/load.mjs');
  const { main } = await load('bin/labs.ts');
  await main(process.argv.slice(2));
}
