import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FailedError, InterruptedError, ExternalError, UsageError } from '../../../lib/core/errors.ts';
import type { Lab } from '../../../lib/model/lab.ts';
import { ownerOf, ownerTags } from '../../../lib/model/stack-owner.ts';
import { pricesReadOn } from '../../../lib/catalog/prices.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import type { Text } from '../../../lib/core/text.ts';
import { AwsTarget } from '../../../lib/targets/aws/aws-target.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { defaults, lab, other, sample, World } from './world.ts';
import { account, awsError, never, type Answers } from './recorded.ts';

/** What a promise fails with. */
async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It did not fail.');
}

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await temporaryFolder('aws');
  world = new World(folder);
});
afterEach(() => removeFolder(folder));

describe('labs up', () => {
  test('says what it costs and who gets in, deploys, writes a kubeconfig, waits for the sample workload, and remembers', async () => {
    world.profile = 'workshop';
    const [checked] = await world.up();
    expect(checked).toMatch(
      new RegExp(
        `^account ${account}, region ap-northeast-1; the API endpoint is open to 203\\.0\\.113\\.7/32 only; 0\\.24 USD an hour \\(list prices of us-east-1, ${pricesReadOn}, without .*data transfer`,
      ),
    );
    expect(world.done).toEqual([
      'cdk deploy EksEc2 in ap-northeast-1, allowedCidrs=203.0.113.7/32',
      'kubectl get deployments -n eks-ec2',
      'kubectl wait deployment --all -n',
    ]);
    expect(await world.record()).toEqual({
      account,
      region: 'ap-northeast-1',
      profile: 'workshop',
      settings: { ...defaults, allowedCidrs: ['203.0.113.7/32'] },
      labs: ['eks-ec2'],
      stackId: 'arn:stack/EksEc2/1',
    });
    const access = await world.target.access(sample);
    expect((await stat(access.kubeconfig)).mode & 0o777).toBe(0o600);
    expect(await readFile(access.kubeconfig, 'utf8')).toMatch(/namespace: eks-ec2[\s\S]*value: workshop/);
    expect(await readlink(path.join(access.bin, 'kubectl'))).toBe('/usr/bin/kubectl');
    expect(await readdir(access.bin)).toEqual(['kubectl', 'labs']);
    expect(access.settings.allowedCidrs).toEqual(['203.0.113.7/32']);
    expect(await world.target.isUp(sample)).toBe(true);
  });

  test('signs the stack, and keeps the signature when somebody else deploys it again', async () => {
    await world.up();
    const signed = ownerOf(world.tags);
    expect(signed).toEqual({
      by: world.caller,
      from: os.hostname().slice(0, 256),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(Object.keys(world.tags)).toHaveLength(3);
    world.caller = 'arn:aws:iam::111122223333:user/ken';
    world.address = '203.0.113.8';
    await world.up();
    expect(world.done.filter((line) => line.startsWith('cdk deploy'))).toHaveLength(2);
    expect(ownerOf(world.tags)).toEqual(signed);
  });

  test('under a name makes, finds and removes the stack of that name, and no other', async () => {
    const named = parseSettings({ name: 'aya' });
    const asked = () =>
      world.aws.calls.flatMap(([operation, input]) =>
        operation === 'cloudformation.DescribeStacks' ? [(input as { StackName: string }).StackName] : [],
      );
    let context: readonly string[] = [];
    const { cdk } = world;
    world.cdk = (args, onLine) => {
      context = args.filter((word) => word.startsWith('name='));
      return cdk(args, onLine);
    };
    await world.up(sample, named);
    expect(context).toEqual(['name=aya']);
    expect(new Set(asked())).toEqual(new Set(['EksEc2-aya']));
    world.aws.calls.length = 0;
    await expect(world.up(other)).rejects.toThrow(/^This machine has stack EksEc2-aya of this environment/);
    await world.up(other, named);
    await world.down(other);
    await world.down();
    expect(context).toEqual(['name=aya']);
    expect(asked().filter((name) => !['EksEc2-aya', 'arn:stack/EksEc2/1'].includes(name))).toEqual([]);
    const tags = world.aws.calls.flatMap(([operation, input]) =>
      operation === 'tagging.GetResources' ? [JSON.stringify(input)] : [],
    );
    for (const tag of tags) expect(tag).toMatch(/EksEc2-aya|"KubernetesCluster"/);
    const groups = world.aws.calls.filter(([operation]) => operation === 'logs.DescribeLogGroups');
    expect(groups.at(-1)?.[1]).toMatchObject({ logGroupNamePrefix: '/aws/eks/EksEc2-aya/' });
  });

  test('under another name, while a stack is not finished, is refused: it would be forgotten', async () => {
    world.cdk = () => {
      world.status = 'CREATE_FAILED';
      return 1;
    };
    await expect(world.up(sample, parseSettings({ name: 'aya' }))).rejects.toThrow(/Stack EksEc2-aya is CREATE_FAILED/);
    await expect(world.up()).rejects.toThrow(
      'This machine has stack EksEc2-aya of this environment. Go on with: npx labs up eks-ec2 --on aws -c name=aya — or, for another name, remove it first: npx labs down eks-ec2 --on aws',
    );
  });

  test('reads what an older version remembered, with the defaults of settings that it did not know', async () => {
    await world.up();
    const file = path.join(world.root, 'eks-ec2', 'environment.json');
    const { settings, ...record } = (await world.record()) as { settings: Record<string, unknown> };
    const old = Object.fromEntries(Object.entries(settings).filter(([name]) => !['name', 'zones'].includes(name)));
    await writeFile(file, JSON.stringify({ ...record, settings: old }));
    expect((await world.target.access(sample)).settings).toEqual(settings);
  });

  test('does not ask for an address that was given', async () => {
    world.address = 'must not be asked for';
    await world.up(sample, parseSettings({ allowedCidrs: '198.51.100.0/24' }));
    expect(world.done[0]).toBe('cdk deploy EksEc2 in ap-northeast-1, allowedCidrs=198.51.100.0/24');
  });

  test('of a lab that is up does nothing but make its launcher anew', async () => {
    await world.up();
    const { bin } = await world.target.access(sample);
    await rm(path.join(bin, 'labs'));
    expect(await world.target.up(sample, defaults)).toEqual([]);
    expect(await world.target.up(sample, parseSettings({ allowedCidrs: '203.0.113.7/32' }))).toEqual([]);
    expect(await readdir(bin)).toEqual(['kubectl', 'labs']);
  });

  test('from another address opens the endpoint to that one, and leaves the lab as it is', async () => {
    await world.up();
    world.done.length = 0;
    world.address = '198.51.100.9';
    world.cdk = () => {
      world.status = 'UPDATE_COMPLETE';
      return 0;
    };
    await world.up();
    expect(world.done).toEqual(['cdk deploy EksEc2 in ap-northeast-1, allowedCidrs=198.51.100.9/32']);
    expect((await world.record())?.labs).toEqual(['eks-ec2']);
  });

  test('after an update that failed updates again, since only what succeeded is remembered', async () => {
    await world.up();
    world.address = '198.51.100.9';
    world.cdk = () => {
      world.status = 'UPDATE_ROLLBACK_COMPLETE';
      return 1;
    };
    await expect(world.up()).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE/);
    expect(JSON.stringify(await world.record())).not.toContain('198.51.100.9/32');
    world.done.length = 0;
    world.cdk = () => {
      world.status = 'UPDATE_COMPLETE';
      return 0;
    };
    await world.up();
    expect(world.done).toEqual(['cdk deploy EksEc2 in ap-northeast-1, allowedCidrs=198.51.100.9/32']);
    expect(await world.record()).toMatchObject({ settings: { allowedCidrs: ['198.51.100.9/32'] } });
  });

  test('refuses a setting that the standing stack can’t be given, before anything changes', async () => {
    await world.up();
    // No lab is in it, as after an installation that was interrupted.
    await world.forgetLabs();
    world.done.length = 0;
    const settings = parseSettings({ customerKey: true });
    await expect(world.up(sample, settings)).rejects.toThrow(
      new UsageError(
        "Setting customerKey of stack EksEc2 is false and can't become true: EKS takes the key for secrets only when a " +
          'cluster is created. Give the old value, or remove the stack first: npx labs down eks-ec2 --on aws',
      ),
    );
    expect(world.done).toEqual([]);
  });

  test('in an account that has never used ECS says that the second attempt works', async () => {
    world.cdk = (_, onLine) => {
      onLine(
        'EksEc2 | 30/46 | 10:20:00 AM | CREATE_FAILED | AWS::ECS::Service | Web (Web) Unable to assume the service linked role.',
      );
      world.status = 'ROLLBACK_COMPLETE';
      return 1;
    };
    await expect(world.up()).rejects.toThrow(/create-service-linked-role --aws-service-name ecs\.amazonaws\.com/);
  });

  test('of a second lab joins the environment, and brings its own objects', async () => {
    await world.up();
    world.done.length = 0;
    expect(await world.up(other)).toEqual([expect.any(String), 'it stands, and is used as it is', '']);
    expect(world.done).toEqual([
      'apply manifests of other',
      'kubectl get deployments -n other',
      'kubectl wait deployment --all -n',
    ]);
    expect((await world.record())?.labs).toEqual(['eks-ec2', 'other']);
    expect(world.aws.calls.filter(([name]) => name === 'quotas.GetServiceQuota')).toHaveLength(4);
  });

  test('refuses other settings, and a lab that runs alone', async () => {
    await world.up();
    await expect(world.up(other, parseSettings({ nodeCount: '3', customerKey: 'true' }))).rejects.toThrow(
      new UsageError(
        'The environment of lab other runs already, with nodeCount=2 (not 3), customerKey=false (not true). Change it with --yes. ' +
          'Join it with: npx labs up other --on aws -c nodeCount=2 -c customerKey=false — or end it first, with labs down for: eks-ec2.',
      ),
    );
    await expect(world.up(lab('alone', 'alone', { exclusive: true }))).rejects.toThrow(UsageError);
  });

  test('refuses a port', async () => {
    await expect(world.target.up(sample, defaults, { port: 6443 })).rejects.toThrow(/^--port is for target local/);
  });

  test('collects everything that is wrong, and makes nothing', async () => {
    world.aws.answers = {
      ...world.aws.answers,
      'ssm.GetParameter': () => {
        throw awsError('ParameterNotFound');
      },
      'quotas.GetServiceQuota': () => ({ Quota: { Value: 1 } }),
      'ec2.DescribeVpcs': () => {
        throw awsError('UnauthorizedOperation', 'not authorized to perform: ec2:DescribeVpcs');
      },
    };
    world.status = 'ROLLBACK_COMPLETE';
    const error = await failureOf(world.up());
    expect(error).toBeInstanceOf(ExternalError);
    expect(error.message.split('\n')).toHaveLength(3);
    for (const part of [
      /is not bootstrapped/,
      /not authorized to perform: ec2:DescribeVpcs/,
      /EksEc2 is there already .* \(ROLLBACK_COMPLETE\)/,
    ])
      expect(error.message).toMatch(part);
    expect([world.done, await world.record()]).toEqual([[], undefined]);
  });

  test('without region, credentials and programs names them all', async () => {
    world.region = undefined;
    world.refusal = awsError('CredentialsProviderError', 'Could not load credentials from any providers');
    const missing = () => Promise.reject(new ExternalError('no such program'));
    const target = new AwsTarget({
      root: world.root,
      connection: { region: async () => undefined, calls: async () => world.aws },
      tools: {
        kubectl: missing,
        awsCli: () => Promise.reject(new ExternalError('no aws')),
        sessionPlugin: missing,
      },
      ownAddress: () => Promise.reject(new ExternalError('no address')),
    });
    const error = await failureOf(world.run(await target.up(sample, defaults)));
    expect(error).toBeInstanceOf(ExternalError);
    expect(error.message.split('\n').sort()).toEqual([
      expect.stringMatching(/^No AWS credentials were found/),
      expect.stringMatching(/^No AWS region is set/),
      'no address',
      'no aws',
      'no such program',
    ]);
  });

  test('that fails says why and what stands, so that down finds it', async () => {
    world.cdk = (_, onLine) => {
      onLine(
        'EksEc2 | 30/46 | 10:20:00 AM | CREATE_FAILED | AWS::EKS::Nodegroup | Workers (WorkersNodeGroup) no capacity',
      );
      world.status = 'ROLLBACK_COMPLETE';
      return 1;
    };
    await expect(world.up()).rejects.toThrow(
      new ExternalError(
        'cdk deploy EksEc2 failed: AWS::EKS::Nodegroup Workers (WorkersNodeGroup) no capacity\n' +
          'Stack EksEc2 is ROLLBACK_COMPLETE and may be billed. Remove it with: npx labs down eks-ec2 --on aws',
      ),
    );
    expect(await world.record()).toMatchObject({ labs: [], stackId: 'arn:stack/EksEc2/1' });
    expect(await world.target.isUp(sample)).toBe(false);
    // Again: it is said how to get out, and what is said works.
    await expect(world.up()).rejects.toThrow(/is ROLLBACK_COMPLETE.* Remove it with: npx labs down eks-ec2 --on aws/);
    world.cdk = () => {
      world.status = undefined;
      return 0;
    };
    await world.down();
    expect(await world.record()).toBeUndefined();
  });

  test('that fails before there is a stack leaves nothing to remember', async () => {
    world.cdk = () => 1;
    await expect(world.up()).rejects.toThrow(/^cdk deploy EksEc2 failed: it ended with 1$/);
    expect(await world.record()).toBeUndefined();
  });

  test('that is interrupted says that CloudFormation goes on', async () => {
    world.cdk = () => {
      world.status = 'CREATE_IN_PROGRESS';
      world.abort.abort();
      return 1;
    };
    await expect(world.up()).rejects.toThrow(
      new InterruptedError(
        `Interrupted, but CloudFormation goes on with stack EksEc2 (CREATE_IN_PROGRESS) in account ${account}, region ap-northeast-1, and it is billed. ` +
          'When it has finished, go on with: npx labs up eks-ec2 --on aws — or remove it with: npx labs down eks-ec2 --on aws',
      ),
    );
    expect(await world.record()).toMatchObject({ labs: [] });
    // When it has finished, it goes on.
    world.abort = new AbortController();
    world.status = 'CREATE_COMPLETE';
    world.cdk = () => 0;
    await world.up();
    expect((await world.record())?.labs).toEqual(['eks-ec2']);
  });

  test('whose credentials expire in the middle keeps what it made in mind', async () => {
    world.cdk = (_, onLine) => {
      world.status = 'CREATE_IN_PROGRESS';
      world.refusal = awsError('ExpiredToken');
      onLine('ExpiredToken: The security token included in the request is expired');
      return 1;
    };
    await expect(world.up()).rejects.toThrow(/^cdk deploy EksEc2 stopped: your AWS credentials have expired\./);
    expect(await world.record()).toMatchObject({ labs: [] });
  });

  test('does not touch a stack that it did not make', async () => {
    world.status = 'CREATE_COMPLETE';
    await expect(world.up()).rejects.toThrow(/labs up of this machine did not make it/);
    expect(world.done).toEqual([]);
  });
});

describe('from another account or region', () => {
  test.each(['up', 'down', 'access', 'reset'] as const)('labs %s is refused', async (verb) => {
    await world.up();
    world.account = '444455556666';
    const calling = verb === 'up' ? world.target.up(sample, defaults) : world.target[verb](sample);
    await expect(calling).rejects.toThrow(
      /^Environment eks-ec2 runs in account 111122223333, but your credentials are of account 444455556666\./,
    );
  });

  test('a second lab is refused too', async () => {
    await world.up();
    world.account = '444455556666';
    await expect(world.up(other)).rejects.toThrow(/^Environment eks-ec2 runs in account 111122223333/);
  });
});

describe('what is not up', () => {
  test('is not had', async () => {
    await expect(world.target.access(sample)).rejects.toThrow(
      'Lab eks-ec2 is not up on AWS. Bring it up with: npx labs up eks-ec2 --on aws',
    );
    expect(await world.target.remembered(sample)).toBeUndefined();
  });

  test('is down already, and twice', async () => {
    expect(await world.target.down(sample)).toEqual([]);
    await world.up();
    expect(await world.target.down(other)).toEqual([]);
    await world.down();
    expect(await world.target.down(sample)).toEqual([]);
  });

  test('but whose stack somebody made is left to them', async () => {
    world.status = 'CREATE_COMPLETE';
    await expect(world.target.down(sample)).rejects.toThrow(
      `labs up of this machine did not make stack EksEc2, but there is one in account ${account}, region ap-northeast-1: ` +
        'its tags do not say who made it at 1970-01-01T00:00:00.000Z. Leave it to its owner.',
    );
  });

  test('but whose stack the caller made on another machine may be removed', async () => {
    world.status = 'CREATE_COMPLETE';
    world.tags = ownerTags({ by: world.caller, from: 'another' });
    await expect(world.target.down(sample)).rejects.toThrow(
      `${world.caller} made it from machine another at 1970-01-01T00:00:00.000Z. That is you. If you do not use it any more, remove it with: npx cdk destroy EksEc2`,
    );
  });
});

test('labs reset uncordons nodes and makes the namespace anew', async () => {
  await world.up();
  world.done.length = 0;
  await world.run(await world.target.reset(sample));
  expect(world.done).toEqual([
    'kubectl get nodes -o json',
    'kubectl uncordon ip-1',
    'open admin.kubeconfig.yaml',
    'remove what eks-ec2 made on AWS',
    'kubectl delete namespace eks-ec2 --ignore-not-found',
    'apply manifests of eks-ec2',
    'kubectl get deployments -n eks-ec2',
    'kubectl wait deployment --all -n',
  ]);
});

describe('labs down', () => {
  const volume = `arn:aws:ec2:ap-northeast-1:${account}:volume/vol-1`;
  const key = `arn:aws:kms:ap-northeast-1:${account}:key/1234`;
  const waits: Answers = {
    'kms.DescribeKey': () => ({
      KeyMetadata: { KeyId: '1234', KeyState: 'PendingDeletion', DeletionDate: new Date('2026-12-01T00:00:00Z') },
    }),
  };

  test('removes what Kubernetes made, then the stack, and shows that nothing is left', async () => {
    await world.up();
    world.done.length = 0;
    // The dead that the tagging API remembers.
    world.tagged = [volume];
    world.removeExternal = async () => ['Service shop/web'];
    expect(await world.down()).toEqual([
      'Service shop/web',
      '',
      `nothing of EksEc2 is left in account ${account}, region ap-northeast-1`,
    ]);
    expect(world.done).toEqual([
      'open admin.kubeconfig.yaml',
      'remove what every namespace made on AWS',
      'cdk destroy EksEc2 in ap-northeast-1, allowedCidrs=203.0.113.7/32',
    ]);
    expect(existsSync(path.join(folder, 'data'))).toBe(false);
  });

  test('of one of two labs removes its namespace only', async () => {
    await world.up();
    await world.up(other);
    world.done.length = 0;
    await world.down(other);
    expect(world.done).toEqual([
      'open admin.kubeconfig.yaml',
      'remove what other made on AWS',
      'kubectl delete namespace other --ignore-not-found',
    ]);
    expect((await world.record())?.labs).toEqual(['eks-ec2']);
    expect(existsSync(path.join(world.root, 'eks-ec2', 'labs', 'other'))).toBe(false);
  });

  test('of a lab with several namespaces removes all of them', async () => {
    const wide: Lab = { ...other, loadManifests: async () => 'kind: Namespace\nmetadata: {name: other-team}\n' };
    await world.up();
    await world.up(wide);
    world.done.length = 0;
    await world.down(wide);
    expect(world.done).toEqual([
      'open admin.kubeconfig.yaml',
      'remove what other, other-team made on AWS',
      'kubectl delete namespace other other-team',
    ]);
  });

  test('of two labs at once leaves no environment behind unseen', async () => {
    await world.up();
    await world.up(other);
    const [leaving] = await world.target.down(other);
    await world.down(sample);
    await expect(world.run([leaving!])).rejects.toThrow(/^Lab other is the last in its environment now\./);
    await world.down(other);
    expect(await world.record()).toBeUndefined();
  });

  test('ends with 1 while something is there, and with 0 once it is gone', async () => {
    await world.up();
    world.tagged = [volume, key];
    const there = { ...world.aws.answers, ...waits };
    world.aws.answers = { ...there, 'ec2.DescribeVolumes': () => ({ Volumes: [{ State: 'available' }] }) };
    const error = await failureOf(world.down());
    expect(error).toEqual(
      new FailedError(
        [
          `Not everything of EksEc2 is gone in account ${account}, region ap-northeast-1:`,
          `  ec2 volume  ${volume}  (available)`,
          `  kms key  ${key}  (deleted on 2026-12-01)`,
          'Delete what is there (it may cost money), and look again with: npx labs down eks-ec2 --on aws',
        ].join('\n'),
      ),
    );
    expect(error).toMatchObject({ exitCode: 1 });
    expect(await world.target.isUp(sample)).toBe(false);
    world.aws.answers = there;
    const [first, second, third] = await world.down();
    expect([first, second]).toEqual(['there is no cluster', 'the stack is gone already']);
    expect(third).toBe(
      `nothing of EksEc2 is left in account ${account}, region ap-northeast-1, but keys that wait for the date of their deletion, and cost nothing until then:\n` +
        `  kms key  ${key}  (deleted on 2026-12-01)`,
    );
    expect(await world.record()).toBeUndefined();
  });

  test('says of a kind that nothing can confirm that it is unconfirmed', async () => {
    await world.up();
    world.tagged = [`arn:aws:lambda:ap-northeast-1:${account}:function:Handler`];
    await expect(world.down()).rejects.toThrow(/lambda function .*\(unconfirmed: it carries the tag/);
  });

  test('goes on where the cluster does not answer, and says so', async () => {
    await world.up();
    world.removeExternal = () => Promise.reject(new Error('connect ETIMEDOUT'));
    const [note] = await world.down();
    expect(note).toMatch(
      /^the cluster could not do it \(connect ETIMEDOUT\); that is left to the deletion of the stack/,
    );
    expect(await world.record()).toBeUndefined();
  });

  test('stops where credentials expire, and goes on later', async () => {
    await world.up();
    const steps = await world.target.down(sample);
    world.refusal = awsError('ExpiredToken');
    await expect(world.run(steps)).rejects.toThrow(/^Your AWS credentials have expired/);
    world.refusal = undefined;
    await world.down();
    expect(await world.record()).toBeUndefined();
  });

  test('stops before it deletes anything where a call is denied', async () => {
    await world.up();
    world.done.length = 0;
    const { answers } = world.aws;
    world.aws.answers = {
      ...answers,
      'eks.DescribeCluster': () => {
        throw awsError('AccessDeniedException', 'not authorized to perform: eks:DescribeCluster');
      },
    };
    await expect(world.down()).rejects.toThrow(
      /^Your identity may not call eks:DescribeCluster on AWS: not authorized/,
    );
    expect(world.done).toEqual([]);
    expect(await world.target.isUp(sample)).toBe(true);
  });

  test('whose stack can not be deleted at once, as while an interface holds a security group, deletes it again', async () => {
    await world.up();
    const { cdk } = world;
    let attempts = 0;
    world.cdk = (args, onLine) => {
      if (++attempts > 1) return cdk(args, onLine);
      world.status = 'DELETE_FAILED';
      return 1;
    };
    await world.down();
    expect(attempts).toBe(2);
    expect(await world.record()).toBeUndefined();
  });

  test('says how long the deletion takes where functions are in the VPC, in both languages', async () => {
    await world.up();
    const [, deletion] = await world.target.down(sample);
    expect(deletion?.title.en).toMatch(/25 to 40 minutes/);
    expect(deletion?.title.ja).toMatch(/25 分から 40 分/);
  });

  test('whose stack can not be deleted entirely says why, and works again', async () => {
    await world.up();
    const { cdk } = world;
    world.cdk = (_, onLine) => {
      onLine(
        'EksEc2 | 3 | 10:20:00 AM | DELETE_FAILED | AWS::EC2::Subnet | Network/Subnet (Subnet1) has dependencies and cannot be deleted',
      );
      world.status = 'DELETE_FAILED';
      return 1;
    };
    await expect(world.down()).rejects.toThrow(
      new ExternalError(
        'Stack EksEc2 could not be deleted entirely (DELETE_FAILED). cdk destroy EksEc2 failed: AWS::EC2::Subnet Network/Subnet (Subnet1) has dependencies and cannot be deleted. ' +
          'Remove what stands in the way, and run again: npx labs down eks-ec2 --on aws',
      ),
    );
    expect(await world.target.isUp(sample)).toBe(false);
    world.cdk = cdk;
    await world.down();
    expect(await world.record()).toBeUndefined();
  });

  test('that is interrupted says how to see it through; a stack that is being deleted is waited for', async () => {
    await world.up();
    world.cdk = () => {
      world.status = 'DELETE_IN_PROGRESS';
      world.abort.abort();
      return 1;
    };
    await expect(world.down()).rejects.toThrow(
      new InterruptedError(
        'Interrupted. If CloudFormation has begun to delete stack EksEc2, it goes on by itself. See it through, and what remains, with: npx labs down eks-ec2 --on aws',
      ),
    );
    world.abort = new AbortController();
    world.done.length = 0;
    setTimeout(() => (world.status = undefined), 50);
    await world.down();
    expect(world.done.filter((line) => line.startsWith('cdk'))).toEqual([]);
    expect(await world.record()).toBeUndefined();
  });

  test.each(['CREATE_IN_PROGRESS', 'REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'CREATE_FAILED'])(
    'of a half-made stack (%s) removes it',
    async (status) => {
      world.cdk = () => {
        world.status = status;
        return 1;
      };
      await expect(world.up()).rejects.toThrow(ExternalError);
      world.cdk = () => {
        world.status = undefined;
        return 0;
      };
      world.aws.answers = {
        ...world.aws.answers,
        'eks.DescribeCluster': () => {
          throw awsError('ResourceNotFoundException');
        },
      };
      expect((await world.down())[0]).toBe('there is no cluster');
      expect(await world.record()).toBeUndefined();
    },
  );

  test('does not disturb an update that is under way', async () => {
    await world.up();
    world.status = 'UPDATE_IN_PROGRESS';
    await expect(world.down()).rejects.toThrow(
      'CloudFormation is at work on stack EksEc2 (UPDATE_IN_PROGRESS). Wait until it has finished, and run again: npx labs down eks-ec2 --on aws',
    );
  });
});

test('another command on AWS is waited for', async () => {
  await world.up();
  let release: () => void = () => undefined;
  let removing: Promise<unknown> | undefined;
  await new Promise<void>((begun) => {
    world.removeExternal = () => {
      begun();
      return new Promise((resolve) => (release = () => resolve([])));
    };
    removing = world.down();
  });
  const waiting: (string | Text)[] = [];
  const [step] = await world.target.reset(sample);
  const reset = step!.run((detail) => {
    waiting.push(detail);
    release();
  }, never);
  await removing;
  await expect(reset).rejects.toThrow('Lab eks-ec2 is not up on AWS.');
  expect(waiting[0]).toMatchObject({ en: 'another labs command is at work here: waiting for it' });
});
