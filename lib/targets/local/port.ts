import { createServer, type AddressInfo } from 'node:net';
import { UsageError } from '../../errors.ts';

/**
 * Refuses a port of 127.0.0.1 that can't be listened on.
 *
 * @throws UsageError
 */
export async function refuseTakenPort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(
        new UsageError({
          ja: `127.0.0.1 のポート ${port} は、使用中か、使う権限がありません。--port で別のポートを指定するか、--port を省いて空いているものを使ってください。`,
          en: `Port ${port} on 127.0.0.1 is taken or not allowed. Give another with --port, or leave --port out to get a free one.`,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

/**
 * Ports of 127.0.0.1 that nothing listens on, all different. The operating system chooses them at random, so that two
 * environments which start at the same moment do not choose the same, as kwokctl's own search would.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
