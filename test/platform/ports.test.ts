import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePorts, takenPorts } from '../../lib/platform/ports.ts';

test('free ports are in a row, can be listened on, and are none that a system gives to programs that ask for any', async () => {
  for (let time = 0; time < 20; time++) {
    const ports = await freePorts(7);
    expect(ports).toEqual(Array.from({ length: 7 }, (_, index) => ports[0]! + index));
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(14_000);
    // Node ports of Kubernetes begin at 30000, Linux' own choice at 32768.
    expect(Math.max(...ports)).toBeLessThan(30_000);
    expect(await takenPorts(ports)).toEqual([]);
  }
});

test('two rows are another each time, and share no port', async () => {
  const rows = await Promise.all(Array.from({ length: 10 }, () => freePorts(7)));
  const starts = new Set(rows.map(([start]) => start!));
  expect(starts.size).toBeGreaterThan(5);
  expect(new Set(rows.flat()).size).toBe(starts.size * 7);
});

test('ports that something listens on are taken', async () => {
  const [port, next] = (await freePorts(2)) as [number, number];
  const server = createServer();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  try {
    expect(await takenPorts([next, port])).toEqual([port]);
  } finally {
    server.close();
  }
});
