import { execa } from 'execa';

/** A Go toolchain found on PATH. */
export interface GoToolchain {
  /** For example `1.26.4`. */
  readonly version: string;
  /** Whether it downloads a newer toolchain when a module asks for one (Go 1.21 and later, when GOTOOLCHAIN ends in `auto`). */
  readonly upgradesItself: boolean;
}

/** Finds Go on PATH; undefined when there is none. */
export async function findGo(env: NodeJS.ProcessEnv = process.env): Promise<GoToolchain | undefined> {
  // Outside of any module, so that an old Go answers instead of refusing the module's go.mod.
  const result = await execa('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], {
    env: { ...env, GOWORK: 'off', GO111MODULE: 'off' },
    extendEnv: false,
    reject: false,
  });
  if (result.failed) return undefined;
  const [version = '', toolchain = ''] = result.stdout.split('\n');
  const number = /^go(\d+\.\d+(\.\d+)?)/.exec(version)?.[1];
  if (number === undefined) return undefined;
  return { version: number, upgradesItself: !isOlder(number, '1.21') && /(^|\+)auto$/.test(toolchain.trim()) };
}

/** Whether version `a` comes before version `b`; both are dotted numbers. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
