import { expect, test } from '@jest/globals';
import { addressOf, fargateNode } from '../../../../lib/targets/local/fargate/node.ts';

interface Node {
  metadata: { labels: Record<string, string> };
  spec: { podCIDR: string };
  status: { addresses: { address: string }[]; capacity: object; allocatable: object };
}

const draw = (existing: readonly string[] = []) => {
  const { name, object } = fargateNode({ vcpus: 0.25, memoryMib: 512 }, existing, '1.36.3');
  return { name, node: object as Node };
};

test('has what was provisioned, of which the agents keep their part, and no room for anybody else', () => {
  expect(draw().node.status).toMatchObject({
    capacity: { cpu: '250m', memory: '512Mi', pods: '1', 'ephemeral-storage': '20Gi' },
    allocatable: { cpu: '250m', memory: '256Mi', pods: '0', 'ephemeral-storage': '20Gi' },
  });
});

test('its block of addresses has its own as the second', () => {
  for (let run = 0; run < 200; run += 1) {
    const { name, node } = draw();
    expect(addressOf(name)).toBe(node.status.addresses[0]!.address);
    const [, start, last] = /^(.*\.)(\d+)\/31$/.exec(node.spec.podCIDR)!;
    expect(Number(last) % 2).toBe(0);
    expect(node.status.addresses[0]!.address).toBe(`${start}${Number(last) + 1}`);
  }
});

test('names are never drawn twice, and go to the zone with fewer nodes', () => {
  const names: string[] = [];
  const zones: string[] = [];
  for (let run = 0; run < 500; run += 1) {
    const { name, node } = draw(names);
    names.push(name);
    zones.push(node.metadata.labels['topology.kubernetes.io/zone']!);
  }
  expect(new Set(names).size).toBe(500);
  expect(zones.filter((zone) => zone === 'ap-northeast-1a')).toHaveLength(250);
});
