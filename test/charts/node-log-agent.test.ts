import { describe, expect, test } from '@jest/globals';
import { agentAccount, nodeLogAgent } from '../../charts/node-log-agent.ts';

interface AgentObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
}

const objects = nodeLogAgent({
  region: 'ap-northeast-1',
  logGroupName: '/aws/eks/lab/nodes',
}).toJson() as readonly AgentObject[];

/** The sections of the configuration, each with its name under the key `section`. */
const sections: readonly Readonly<Record<string, string>>[] = (
  objects.find(({ kind }) => kind === 'ConfigMap')?.data?.['fluent-bit.conf'] ?? ''
)
  .trim()
  .split(/\n(?=\[)/)
  .map((text) => {
    const [head = '', ...lines] = text.trim().split('\n');
    const keys = lines.map((line): [string, string] => {
      const [, key = '', value = ''] = /^ {4}(\S+) (.+)$/.exec(line) ?? [];
      return [key, value];
    });
    return Object.fromEntries([['section', head.slice(1, -1)] as const, ...keys]);
  });
const inputs = sections.filter(({ section }) => section === 'INPUT');
const outputs = sections.filter(({ section }) => section === 'OUTPUT');

test('is the one that was reviewed', () => {
  expect(objects).toMatchSnapshot();
});

test('everything of it is in a namespace of its own', () => {
  for (const { kind, metadata } of objects) {
    expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe(agentAccount.namespace);
  }
});

describe('Tag_Regex', () => {
  const groupsOf = (file: string) => new RegExp(inputs[0]!['Tag_Regex']!).exec(`/var/log/containers/${file}`)?.groups;
  const id = '0123456789abcdef'.repeat(4);

  test.each([
    ['web-6d5f8-abcde_eks-ec2_web', 'web-6d5f8-abcde', 'eks-ec2', 'web'],
    ['db-0_shop_my-db-1', 'db-0', 'shop', 'my-db-1'],
    ['job.v1-x7k2p_a_b', 'job.v1-x7k2p', 'a', 'b'],
  ])('takes %s apart', (name, pod, namespace, container) => {
    expect(groupsOf(`${name}-${id}.log`)).toEqual({ pod, namespace, container });
  });

  test('knows no other file', () => {
    expect(groupsOf('web-6d5f8-abcde_eks-ec2_web.log')).toBeUndefined();
    expect(groupsOf(`web_${id}.log`)).toBeUndefined();
  });

  test('names what the tag asks for, and nothing else', () => {
    const [{ Tag, Tag_Regex }] = inputs as [Record<'Tag' | 'Tag_Regex', string>];
    const asked = [...Tag.matchAll(/<(\w+)>/g)].map(([, name]) => name);
    const known = [...Tag_Regex.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name);
    expect(asked.sort()).toEqual(known.sort());
  });
});

describe('routing', () => {
  const matches = (pattern: string, tag: string) =>
    new RegExp(`^${pattern.replaceAll('.', '[.]').replaceAll('*', '.*')}$`).test(tag);

  test('each input has one output, and each output one input', () => {
    const pairs = inputs.map(({ Tag }) => outputs.filter(({ Match }) => matches(Match!, Tag!)));
    expect(pairs.map((found) => found.length)).toEqual([1, 1]);
    expect(new Set(pairs.flat()).size).toBe(outputs.length);
  });

  test('goes to the given log group, which the agent does not make', () => {
    for (const output of outputs) {
      expect(output).toMatchObject({
        Name: 'cloudwatch_logs',
        region: 'ap-northeast-1',
        log_group_name: '/aws/eks/lab/nodes',
        auto_create_group: 'false',
      });
    }
  });

  test("the agent's own log stays where it is", () => {
    const pattern = inputs[0]!['Exclude_Path']!.replaceAll('*', '.*');
    expect(`/var/log/containers/fluent-bit-abcde_node-logs_fluent-bit-0123.log`).toMatch(new RegExp(`^${pattern}$`));
    expect(`/var/log/containers/fluent-bit-abcde_shop_fluent-bit-0123.log`).not.toMatch(new RegExp(`^${pattern}$`));
  });
});
