import { createServer } from 'node:net';
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
        new UsageError(
          `Port ${port} on 127.0.0.1 is taken or not allowed. Give another with --port, or leave --port out to get a free one.`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
