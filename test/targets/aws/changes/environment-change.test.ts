import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError, UsageError } from '../../../../lib/core/errors.ts';
import { parseSettings, type Settings } from '../../../../lib/settings/settings.ts';
import type { PlannedChange } from '../../../../lib/targets/target.ts';
import { removeFolder, temporaryFolder } from '../../../temporary-folder.ts';
import { never } from '../recorded.ts';
import { defaults, other, sample, World } from '../world.ts';

const template = (nodes: number, more: object = {}) => ({
  Resources: {
    Cluster: { Type: 'AWS::EKS::Cluster', Properties: { Name: 'EksEc2', Version: '1.36' } },
    Workers: {
      Type: 'AWS::EKS::Nodegroup',
      Properties: { ClusterName: { Ref: 'Cluster' }, ScalingConfig: { DesiredSize: nodes } },
    },
    ...more,
  },
});

let folder: string;
let world: World;
/** What the CDK makes of the settings that are asked for. */
let wanted: object;

beforeEach(async () => {
  folder = await temporaryFolder('aws');
  world = new World(folder);
  await world.up();
  wanted = template(3);
  let body = JSON.stringify(template(2));
  world.aws.answers = {
    ...world.aws.answers,
    'cloudformation.GetTemplate': () => ({ TemplateBody: body }),
  };
  deployed = (text) => (body = text);
  const output = path.join(world.root, 'eks-ec2', 'cdk.out');
  await mkdir(output, { recursive: true });
  const file = path.join(output, 'EksEc2.template.json');
  await writeFile(file, JSON.stringify(wanted));
  made = (of) => writeFile(file, JSON.stringify(of));
  world.cdk = ([verb]) => {
    if (verb !== 'synth') world.status = verb === 'deploy' ? 'UPDATE_COMPLETE' : undefined;
    return 0;
  };
  world.done.length = 0;
});
afterEach(() => removeFolder(folder));
let deployed: (text: string) => void;
let made: (of: object) => Promise<void>;

async function look(settings: Settings, lab = sample): Promise<PlannedChange> {
  const change = await world.target.change(lab, settings);
  if (change === undefined) throw new Error('There is no change to look at.');
  return change.look(() => undefined, never);
}

describe('a change of a standing stack', () => {
  test.each([
    ['no other settings', {}],
    ['other addresses: they are opened without a question', { allowedCidrs: '198.51.100.0/24' }],
  ])('is none with %s', async (_, given) => {
    expect(await world.target.change(sample, parseSettings(given))).toBeUndefined();
  });

  test('is none where nothing stands', async () => {
    await world.down();
    expect(await world.target.change(sample, parseSettings({ nodeCount: '3' }))).toBeUndefined();
  });

  test('says what changes, what that interrupts and how long it takes, and changes nothing', async () => {
    const { description, settings, others } = await look(parseSettings({ nodeCount: '3' }));
    expect(description?.en).toBe(
      [
        'Stack EksEc2 stands, and would be changed (nodeCount=2 → 3). CloudFormation',
        '  changes AWS::EKS::Nodegroup Workers (ScalingConfig)',
        'While this goes on:',
        '  - with fewer nodes, the pods of those that go move to other nodes',
        'It takes about 5 minutes.',
      ].join('\n'),
    );
    expect(description?.ja).toMatch(/変更します（nodeCount=2 → 3）[\s\S]*別のノードに移ります[\s\S]*およそ 5 分/);
    // The addresses that may reach the endpoint stay.
    expect(settings).toEqual({ ...defaults, nodeCount: 3, allowedCidrs: ['203.0.113.7/32'] });
    expect(others).toEqual([]);
    expect(world.done).toEqual(['cdk synth EksEc2 in ap-northeast-1, allowedCidrs=203.0.113.7/32']);
    expect(await world.record()).toMatchObject({ settings: { nodeCount: 2 } });
  });

  test('that touches nothing that is there interrupts nothing', async () => {
    await made(template(2, { Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} } }));
    const { description } = await look(parseSettings({ logRetentionDays: '14' }));
    expect(description?.en).toMatch(/ {2}creates AWS::Logs::LogGroup Logs\nNothing that runs is interrupted\./);
  });

  test('names what is replaced or removed and is not known', async () => {
    await made({
      Resources: { ...template(2).Resources, Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'b' } } },
    });
    deployed(
      JSON.stringify(
        template(2, {
          Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'a' } },
          Topic: { Type: 'AWS::SNS::Topic' },
        }),
      ),
    );
    const { description } = await look(parseSettings({ nodeCount: '3' }));
    expect(description?.en).toContain('  - AWS::SQS::Queue Queue becomes another one, without what the old one holds');
    expect(description?.en).toContain('  - AWS::SNS::Topic Topic is gone then');
  });

  test('needs no question where the template stays the same', async () => {
    await made(template(2));
    expect((await look(parseSettings({ podCidr: '172.16.0.0/12' }))).description).toBeUndefined();
  });

  test('is refused before the CDK runs if the settings can’t change', async () => {
    await expect(look(parseSettings({ customerKey: true }))).rejects.toThrow(UsageError);
    expect(world.done).toEqual([]);
  });

  test('is refused if it would replace the cluster, whatever the settings', async () => {
    const { Cluster, Workers } = template(2).Resources;
    await made({
      Resources: { Cluster: { ...Cluster, Properties: { ...Cluster.Properties, Name: 'Other' } }, Workers },
    });
    await expect(look(parseSettings({ nodeCount: '3' }))).rejects.toThrow(
      'This change would stop or replace the cluster of stack EksEc2 itself, and is refused: AWS::EKS::Cluster Cluster.',
    );
  });

  test('is refused if somebody else’s template stands there', async () => {
    deployed('Resources: {}');
    await expect(look(parseSettings({ nodeCount: '3' }))).rejects.toThrow(ExternalError);
  });

  test('names the labs that share the environment', async () => {
    await world.up(other);
    expect((await look(parseSettings({ nodeCount: '3' }), other)).others).toEqual(['eks-ec2']);
  });

  test('is refused without an agreement, and made with one', async () => {
    const { settings } = await look(parseSettings({ nodeCount: '3' }));
    await expect(world.target.up(sample, settings)).rejects.toThrow(
      /with nodeCount=2 \(not 3\)\. Change it with --yes\./,
    );
    world.done.length = 0;
    await world.run(await world.target.up(sample, settings, { change: true }));
    expect(world.done[0]).toBe('cdk deploy EksEc2 in ap-northeast-1, allowedCidrs=203.0.113.7/32');
    expect(await world.record()).toMatchObject({ settings: { nodeCount: 3 }, labs: ['eks-ec2'] });
  });
});
