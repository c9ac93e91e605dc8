import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { ExternalError, UsageError } from '../core/errors.ts';

/**
 * Ports to choose from, the last one excluded: below those that systems give to outgoing connections and to programs that ask for
 * any port (from 32768 on Linux, from 49152 on macOS), and below the node ports of Kubernetes. An environment keeps its ports
 * for as long as it lives, its processes do not, so they should be free when it starts again.
 */
const range = [14_000, 30_000] as const;

/** How often free ports are looked for. */
const attempts = 100;

/**
 * Refuses a port of 127.0.0.1 that can't be listened on.
 *
 * @throws UsageError
 */
export async function refuseTakenPort(port: number): Promise<void> {
  if (await isFree(port)) return;
  throw new UsageError({
    ja: `127.0.0.1 のポート ${port} は、使用中か、使う権限がありません。--port で別のポートを指定するか、--port を省いて空いているものを使ってください。`,
    en: `Port ${port} on 127.0.0.1 is taken or not allowed. Give another with --port, or leave --port out to get a free one.`,
  });
}

/** Those of some ports of 127.0.0.1 that can't be listened on. */
export async function takenPorts(ports: readonly number[]): Promise<readonly number[]> {
  const free = await Promise.all(ports.map(isFree));
  return ports.filter((_, index) => !free[index]);
}

/**
 * Ports of 127.0.0.1 that nothing listens on, one after the other, from a place chosen at random. Of two environments that
 * start at the same moment, neither listens yet when the other looks. Two rows of ports hardly ever meet; of as many ports
 * that are chosen one by one, each could meet each of the other environment's.
 *
 * @throws ExternalError when there are none
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const [first, end] = range;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const start = first + count * randomInt(Math.floor((end - first) / count));
    const ports = Array.from({ length: count }, (_, index) => start + index);
    if ((await takenPorts(ports)).length === 0) return ports;
  }
  throw new ExternalError({
    ja: `127.0.0.1 のポート ${first}〜${end - 1} に、続けて空いている ${count} 個が見つかりません。使っているプログラムを終了させて、もう一度実行してください。`,
    en: `There are no ${count} free ports in a row among ${first} to ${end - 1} of 127.0.0.1. End programs that use them, and run the command again.`,
  });
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
