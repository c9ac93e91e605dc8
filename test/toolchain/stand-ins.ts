import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

/**
 * Programs that stand in for real ones: shell scripts in a folder that is all of PATH, so that no real Go of this
 * machine is found.
 */
export class StandIns {
  readonly folder: string;
  readonly #originalPath = process.env.PATH;

  private constructor(folder: string) {
    this.folder = folder;
    process.env.PATH = this.file('bin');
  }

  /** Puts an empty folder on PATH. */
  static async make(): Promise<StandIns> {
    const standIns = new StandIns(await temporaryFolder('stand-ins'));
    await mkdir(standIns.file('bin'));
    return standIns;
  }

  /** A file of this test. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Puts a script on PATH. In it, `$STAND_IN` is {@link folder}; every call's arguments go into `<program>.calls`. */
  async add(program: string, script: string): Promise<void> {
    const file = this.file(path.join('bin', program));
    const lines = [
      '#!/bin/sh',
      `# Stands in for ${program}.`,
      'PATH=/usr/local/bin:/usr/bin:/bin',
      `STAND_IN='${this.folder}'`,
      `echo "$*" >> "$STAND_IN/${program}.calls"`,
      script,
    ];
    await writeFile(file, lines.join('\n') + '\n');
    await chmod(file, 0o755);
  }

  /** How often, and with which arguments, a stand-in was called. */
  async calls(program: string): Promise<string[]> {
    const text = await readFile(this.file(`${program}.calls`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** Restores PATH and removes the folder. */
  async remove(): Promise<void> {
    process.env.PATH = this.#originalPath;
    await removeFolder(this.folder);
  }
}

/** What `go env -json` of a stand-in prints. */
export const goEnv = (version: string, settings: Readonly<Record<string, string>> = {}): string =>
  `[ "$1" = env ] && { echo '${JSON.stringify({ GOVERSION: version, ...settings })}'; exit 0; }`;

/** Sets `$out` to the folder that `go build` is to write into, and `$programs` to what Go calls the programs. */
export const readOutput = [
  'out=; programs=; previous=',
  'for word in "$@"; do',
  '  if [ -n "$out" ]; then programs="$programs $(basename "$(echo "$word" | sed "s|/v[0-9]*$||; s|^\\.$|kwok|")")"; fi',
  '  if [ "$previous" = -o ]; then out=$word; fi',
  '  previous=$word',
  'done',
].join('\n');
