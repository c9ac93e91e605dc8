import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on 127.0.0.1 that answers, or misbehaves, as a test says. */
export class TestServer {
  readonly #server: Server;
  readonly requests: { readonly url: string; readonly range: string | undefined; readonly authorization?: string }[] =
    [];
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.writeHead(404).end();

  private constructor() {
    this.#server = createServer((request, response) => {
      const { range, authorization } = request.headers;
      this.requests.push({ url: request.url!, range, ...(authorization === undefined ? {} : { authorization }) });
      this.answer(request, response);
    });
  }

  static async start(): Promise<TestServer> {
    const server = new TestServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Address of a path. */
  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** Serves files by their path, in parts when asked for. */
  serve(files: Readonly<Record<string, Buffer>>): void {
    this.answer = ({ url, headers }, response) => {
      const content = files[url!];
      const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      if (content === undefined) return response.writeHead(404).end();
      if (start >= content.length && start > 0) return response.writeHead(416).end();
      const part = content.subarray(start);
      const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
      return response
        .writeHead(start > 0 ? 206 : 200, { 'content-length': part.length, ...(start > 0 ? range : {}) })
        .end(part);
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
