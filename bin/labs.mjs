#!/usr/bin/env node
// What `npx labs` starts. Plain, old JavaScript, so that a machine that can't run the rest is told so in a sentence: an old
// Node.js must be able to read all of this file.
var oldest = [20, 11];
var version = process.versions.node.split('.').map(Number);
var isTooOld = version[0] < oldest[0] || (version[0] === oldest[0] && version[1] < oldest[1]);

function refuse(sentence) {
  process.stderr.write(sentence + '\n');
  process.exitCode = 3;
}

if (process.platform === 'win32') {
  refuse('The labs run on Linux, macOS and WSL2. On Windows, open a WSL2 terminal and run the command there.');
} else if (isTooOld) {
  refuse(
    'The labs need Node.js ' +
      oldest.join('.') +
      ' or later; this is ' +
      process.version +
      '. Install a current release from https://nodejs.org.\n' +
      'ラボには Node.js ' +
      oldest.join('.') +
      ' 以降が必要です（これは ' +
      process.version +
      '）。https://nodejs.org から新しいものをインストールしてください。',
  );
} else {
  import('../lib/platform/load.mjs')
    .then(function (loader) {
      return loader.load('bin/labs.ts');
    })
    .then(function (labs) {
      return labs.main(process.argv.slice(2));
    });
}
