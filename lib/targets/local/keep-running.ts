import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shellWord } from '../../core/shell-quote.ts';

/** How long a program that failed is waited with before it is started again, in seconds: the first time, the second, … */
const pauses = ['0.2', '0.5', '1', '2', '5', '10', '30'] as const;

/** After how many seconds a program counts as stable, so that its next failure is the first one again. */
const stableAfter = 60;

/**
 * A program that is started again whenever it fails, as a kubelet does with the static pods of a control plane: each time
 * after a longer pause. A scheduler or a controller manager ends when it could not renew its lease for ten seconds, kwok
 * and metrics-server when they could not reach the API server while they started. Each program may be killed.
 *
 * @param folder where the script and its program are kept: processes are known by the folder that they were started from
 * @param name of the script. @default that of the program
 * @returns the script's path, to be started in the program's place
 */
export async function keptRunning(folder: string, program: string, name = path.basename(program)): Promise<string> {
  const script = path.join(folder, name);
  await mkdir(folder, { recursive: true });
  await rm(`${script}.program`, { force: true });
  await symlink(program, `${script}.program`);
  await writeFile(script, scriptFor(`${script}.program`), { mode: 0o755 });
  return script;
}

// PATH may lead to the environment's programs only, where neither `sleep` nor `date` is. The pause is waited for in the
// background, because a trap runs when a command in the foreground has ended.
const scriptFor = (program: string): string =>
  `#!/bin/sh
PATH=/usr/bin:/bin:/run/current-system/sw/bin
failures=0
child=
trap 'kill "$child"; wait "$child"; exit 0' TERM INT
while :; do
  began=$(date +%s)
  ${shellWord(program)} "$@" &
  child=$!
  wait "$child" && exit 0
  [ $(($(date +%s) - began)) -ge ${stableAfter} ] && failures=0
  case $failures in
${pauses
  .slice(0, -1)
  .map((pause, index) => `    ${index}) pause=${pause} ;;\n`)
  .join('')}    *) pause=${pauses.at(-1)!} ;;
  esac
  failures=$((failures + 1))
  sleep "$pause" &
  child=$!
  wait "$child"
done
`;
