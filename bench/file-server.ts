import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream';

/** A folder's files, served on 127.0.0.1. */
export interface ServedFolder {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the files of a folder until it is closed. */
export async function servedFolder(folder: string): Promise<ServedFolder> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    // Its dots are resolved, so it stays in the folder.
    const file = path.join(folder, pathname);
    stat(file).then(
      ({ size }) => {
        response.writeHead(200, { 'content-length': size });
        pipeline(createReadStream(file), response, () => undefined);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
