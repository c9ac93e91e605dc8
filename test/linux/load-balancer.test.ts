import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { balancerConfiguration } from '../../lib/targets/linux/network.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { waitUntil } from '../wait-until.ts';
import { describeLinux } from './environment.ts';

jest.setTimeout(60_000);

/** Addresses of API servers, which all listen on the same port. */
const addresses = { 'control-plane-1': '127.0.0.1', 'control-plane-2': '127.0.0.2' };

describeLinux('the load balancer in front of the API servers', () => {
  let folder: string;
  const cleanups: (() => unknown)[] = [];

  beforeEach(async () => {
    folder = await temporaryFolder('labs-balancer-');
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    await removeFolder(folder);
  });

  /** Stand-ins for API servers: each takes so many milliseconds to say that it is ready. */
  async function apiServers(
    hosts: readonly string[],
    answersAfterMs: number,
  ): Promise<{ servers: Server[]; port: number }> {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=api', '-keyout', key, '-out', cert];
    await execa('openssl', request);
    const options = { key: await readFile(key), cert: await readFile(cert) };
    const servers: Server[] = [];
    const clients = new Set<TLSSocket>();
    let port = 0;
    for (const host of hosts) {
      const server = createServer(options, (client) => {
        const answer = () => client.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
        clients.add(client.on('error', () => undefined));
        client.once('data', () => setTimeout(answer, answersAfterMs).unref());
      });
      server.listen(port, host);
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
      servers.push(server);
      cleanups.push(() => {
        server.close();
        for (const client of clients) client.destroy();
      });
    }
    return { servers, port };
  }

  /** Starts haproxy, and connects through it as a watch does. */
  async function connected(servers: Readonly<Record<string, string>>, port: number): Promise<TLSSocket> {
    // On an address of its own, since it listens on the port of the API servers.
    const balancer = '127.0.0.9';
    const configuration = path.join(folder, 'haproxy.cfg');
    await writeFile(configuration, balancerConfiguration(servers, port, balancer));
    const haproxy = execa('haproxy', ['-db', '-f', configuration], { reject: false });
    cleanups.push(async () => {
      haproxy.kill();
      await haproxy;
    });
    let socket: TLSSocket | undefined;
    await waitUntil('haproxy accepts connections', async () => {
      const tried = connect({ host: balancer, port, rejectUnauthorized: false });
      const accepted = await Promise.race([
        once(tried, 'secureConnect').then(
          () => true,
          () => false,
        ),
        once(tried, 'close').then(
          () => false,
          () => false,
        ),
      ]);
      if (accepted) socket = tried;
      else tried.destroy();
      return accepted;
    });
    cleanups.push(() => socket?.destroy());
    return socket!;
  }

  test.each([1, 2])('of %i keeps connections to API servers that answer slowly', async (count) => {
    const used = Object.fromEntries(Object.entries(addresses).slice(0, count));
    const { port } = await apiServers(Object.values(used), 2_500);
    const socket = await connected(used, port);
    const closed = jest.fn();
    socket.once('close', closed);
    // Two checks in a row, and a pause after each.
    await sleep(8_000);
    expect(closed).not.toHaveBeenCalled();
  });

  test('ends connections to an API server that is gone within seconds', async () => {
    const { servers, port } = await apiServers(Object.values(addresses), 0);
    const socket = await connected(addresses, port);
    const closed = once(socket, 'close');
    // New connections are refused; the one that stands stays, as when a machine is gone without a word.
    for (const server of servers) server.close();
    expect(await Promise.race([closed.then(() => 'closed'), sleep(6_000, 'open', { ref: false })])).toBe('closed');
  });
});
