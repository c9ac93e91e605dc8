import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shellWord } from '../../core/shell-quote.ts';

/** What a program that is started again waits for before, in seconds. */
const pause = 1;

/**
 * A program that is started again whenever it fails, as a kubelet does with the static pods of a control plane. A
 * scheduler or a controller manager ends when it could not renew its lease for ten seconds, kwok and metrics-server when
 * they could not reach the API server while they started: a machine that is short of breath makes both happen.
 *
 * @param folder where the script and its program are kept: processes are known by the folder that they were started from
 * @returns the script's path, to be started in the program's place
 */
export async function keptRunning(folder: string, program: string): Promise<string> {
  const script = path.join(folder, path.basename(program));
  await mkdir(folder, { recursive: true });
  await symlink(program, `${script}.program`);
  await writeFile(script, scriptFor(`${script}.program`), { mode: 0o755 });
  return script;
}

const scriptFor = (program: string): string =>
  `#!/bin/sh
child=
trap 'kill "$child"; wait "$child"; exit 0' TERM INT
while :; do
  ${shellWord(program)} "$@" &
  child=$!
  wait "$child" && exit 0
  sleep ${pause}
done
`;
