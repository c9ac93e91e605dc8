import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { selfManaged } from '../../../lib/environments/self-managed.data.ts';
import { SelfManaged } from '../../../lib/environments/self-managed.ts';
import type { Lab } from '../../../lib/model/lab.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import type { Step } from '../../../lib/core/step.ts';
import { AwsTarget } from '../../../lib/targets/aws/aws-target.ts';
import type { AwsDependencies } from '../../../lib/targets/aws/dependencies.ts';
import type { SessionTarget } from '../../../lib/targets/aws/session.ts';
import { templateOf } from '../../environments/synth.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { account, never, RecordedAws } from './recorded.ts';
import { inEnglish } from '../../in-english.ts';

const lab = (id: string): Lab => ({
  id,
  namespace: id,
  title: { ja: id, en: id },
  environment: selfManaged,
  minutes: 1,
  tasks: [],
  loadManifests: async () => `manifests of ${id}`,
  loadChecks: async () => ({ checks: {}, questions: {} }),
});
const anatomy = lab('anatomy');
const settings = parseSettings({ controlPlanes: '3' });

const certificate = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;

/** What CloudFormation makes of the template's output: the words that the target reads are the stack's own. */
const outputValue = JSON.stringify(templateOf(SelfManaged).findOutputs('KubeconfigCommand'));

let root: string;
let stands: boolean;
let running: string[];
let printed: string;
let open: number | undefined;
let nextPort: number;
let sessions: [SessionTarget, string][];
let done: string[];
let left: string[];
let aws: RecordedAws;

beforeEach(async () => {
  root = await temporaryFolder('self-managed');
  [stands, running, open, nextPort, sessions, done, left] = [false, ['i-1', 'i-2'], undefined, 40_001, [], [], []];
  printed = ['Starting session with SessionId: me-1', certificate('the authority'), certificate('mine')].join('\n\n');
  aws = new RecordedAws({
    'sts.GetCallerIdentity': () => ({ Account: account }),
    'ssm.GetParameter': () => ({ Parameter: { Value: '28' } }),
    'ssm.GetParametersByPath': () => ({ Parameters: [] }),
    'quotas.GetServiceQuota': () => ({ Quota: { Value: 100 } }),
    'ec2.DescribeInstances': () => ({ Reservations: running.map((InstanceId) => ({ Instances: [{ InstanceId }] })) }),
    'ec2.DescribeVpcs': () => ({ Vpcs: [] }),
    'ec2.DescribeAddresses': () => ({ Addresses: [] }),
    'ec2.DescribeAvailabilityZones': () => ({
      AvailabilityZones: ['a', 'c', 'd'].map((letter) => ({ ZoneName: `ap-northeast-1${letter}` })),
    }),
    'ec2.DescribeInstanceTypeOfferings': () => ({
      InstanceTypeOfferings: ['a', 'c', 'd'].map((letter) => ({ Location: `ap-northeast-1${letter}` })),
    }),
    'logs.DescribeLogGroups': () => ({ logGroups: [] }),
    'ec2.DescribeNatGateways': () => ({ NatGateways: [] }),
    'cloudformation.ListStackResources': () => ({ StackResourceSummaries: [] }),
    'cloudformation.DescribeStacks': () => ({
      Stacks: stands
        ? [
            {
              StackId: 'arn:stack/SelfManaged/1',
              StackName: 'SelfManaged',
              CreationTime: new Date(0),
              StackStatus: 'CREATE_COMPLETE' as const,
              Outputs: [{ OutputKey: 'KubeconfigCommand', OutputValue: JSON.parse(`"${lastWords()}"`) as string }],
            },
          ]
        : [],
    }),
    'tagging.GetResources': () => ({ ResourceTagMappingList: [] }),
    'ssm.DescribeParameters': () => ({ Parameters: left.map((Name) => ({ Name })) }),
  });
});
afterEach(() => removeFolder(root));

/** The part of the output behind the last thing that only CloudFormation knows. */
const lastWords = () => /([^{}]*--tls-server-name [^"\\]+)/.exec(outputValue)![1]!.replace(/^[^&]*&& /, '');

const target = () => {
  const parts: AwsDependencies = {
    root,
    connection: aws.connection(),
    tools: {
      kubectl: async () => '/usr/bin/kubectl',
      awsCli: async () => undefined,
      sessionPlugin: async () => void done.push('look for the plugin'),
    },
    runCdk: async ({ args }) => {
      done.push(`cdk ${args[0]}, ${args.find((word) => word.startsWith('allowedCidrs='))}`);
      stands = args[0] === 'deploy';
      return 0;
    },
    ownAddress: () => Promise.reject(new Error('nobody has to be let in')),
    kubectl: () => ({ run: async () => JSON.stringify({ items: [] }), apply: async () => undefined }),
    openCluster: () => Promise.reject(new Error('it makes nothing on AWS')),
    removeExternal: async () => [],
    sessions: {
      run: async (to, script) => {
        sessions.push([to, script]);
        return printed;
      },
      openPort: async () => open,
      openTunnel: async (_, to, { host, port }) => {
        done.push(`tunnel through ${to.instance} to ${host}:${port}`);
        await sleep(50);
        open = nextPort++;
        return open;
      },
      closeTunnel: async () => {
        done.push('close the tunnel');
        open = undefined;
      },
    },
    profile: () => 'workshop',
    interval: 1,
  };
  return new AwsTarget(parts);
};

const run = async (steps: readonly Step[]): Promise<string[]> => {
  const said: string[] = [];
  for (const step of steps) {
    const result = (await step.run(() => undefined, never)) ?? '';
    said.push(inEnglish(result));
  }
  return said;
};
const up = async (which: Lab = anatomy) => run(await target().up(which, settings));
const kubeconfig = async (which: Lab = anatomy) => {
  const access = await target().access(which);
  expect((await stat(access.kubeconfig)).mode & 0o777).toBe(0o600);
  return parse(await readFile(access.kubeconfig, 'utf8')) as {
    clusters: [{ cluster: Record<string, string> }];
    users: [{ user: Record<string, string> }];
    contexts: [{ context: Record<string, string> }];
  };
};
const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();

describe('labs up', () => {
  test('asks for nobody to be let in, and says how the API is reached', async () => {
    const [said] = await up();
    expect(said).toContain('the API is inside of the VPC alone, and is reached through Session Manager; ');
    expect(said).not.toContain('open to');
    expect(done).toEqual([
      'look for the plugin',
      'cdk deploy, allowedCidrs=',
      'tunnel through i-1 to api.selfmanaged.labs.internal:6443',
    ]);
  });

  test('asks for a control plane that runs', async () => {
    await up();
    expect(aws.calls.filter(([name]) => name === 'ec2.DescribeInstances').at(-1)?.[1]).toEqual({
      Filters: [
        { Name: 'instance-state-name', Values: ['running'] },
        { Name: 'tag:kubernetes.io/cluster/SelfManaged', Values: ['owned'] },
        { Name: 'tag:Name', Values: ['SelfManaged-control-plane-*'] },
      ],
    });
  });

  test('writes a kubeconfig for the tunnel, which verifies the certificate', async () => {
    await up();
    const { clusters, users, contexts } = await kubeconfig();
    const { 'certificate-authority-data': authority, ...cluster } = clusters[0].cluster;
    expect(cluster).toEqual({ server: 'https://127.0.0.1:40001', 'tls-server-name': 'api.selfmanaged.labs.internal' });
    expect(decoded(authority)).toBe(`${certificate('the authority')}\n`);
    expect(decoded(users[0].user['client-certificate-data'])).toBe(`${certificate('mine')}\n`);
    expect(contexts[0].context['namespace']).toBe('anatomy');
  });

  test('sends a public key and keeps the private one', async () => {
    await up();
    const { users } = await kubeconfig();
    const key = decoded(users[0].user['client-key-data']);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    const [[to, script]] = sessions as [[SessionTarget, string]];
    expect(to).toEqual({ instance: 'i-1', region: 'ap-northeast-1', profile: 'workshop' });
    const sent = decoded(/<<<([\w+/=]+)/.exec(script)?.[1]);
    expect(sent).toBe(execFileSync('openssl', ['pkey', '-pubout'], { input: key }).toString());
    expect(script).not.toContain(key.split('\n')[1]);
    expect(script).not.toContain("'");
  });

  test('of a lab that is up does nothing, and of a second one takes the tunnel that is open', async () => {
    await up();
    expect(await target().up(anatomy, settings)).toEqual([]);
    done.length = 0;
    await up(lab('other'));
    expect(done).toEqual(['look for the plugin']);
    expect((await kubeconfig(lab('other'))).clusters[0].cluster['server']).toBe('https://127.0.0.1:40001');
  });

  test('without a control plane that runs, or a certificate from it, says so', async () => {
    running = [];
    await expect(up()).rejects.toThrow(
      'No control plane of cluster SelfManaged is running in region ap-northeast-1. Start them in the EC2 console.',
    );
    running = ['i-1'];
    printed = 'cat: /etc/kubernetes/pki/ca.crt: No such file or directory';
    await expect(up()).rejects.toThrow(`The control plane gave no certificate. It said: ${printed}`);
  });
});

describe('a tunnel that is not open any more', () => {
  test('is opened through a control plane that runs, and every kubeconfig leads to it', async () => {
    await up();
    await up(lab('other'));
    [open, nextPort, running] = [undefined, 40_002, ['i-3']];
    done.length = 0;
    expect((await kubeconfig()).clusters[0].cluster['server']).toBe('https://127.0.0.1:40002');
    expect((await kubeconfig(lab('other'))).clusters[0].cluster['server']).toBe('https://127.0.0.1:40002');
    const admin = await readFile(path.join(root, 'self-managed', 'admin.kubeconfig.yaml'), 'utf8');
    expect(admin).toContain('server: https://127.0.0.1:40002\n');
    expect(done).toEqual(['tunnel through i-3 to api.selfmanaged.labs.internal:6443']);
    // One session for each lab that was brought up, and none to open the tunnel anew.
    expect(sessions).toHaveLength(2);
  });

  test('is opened once by several commands at once', async () => {
    await up();
    open = undefined;
    done.length = 0;
    const found = await Promise.all([kubeconfig(), kubeconfig(), kubeconfig()]);
    expect(done).toHaveLength(1);
    for (const { clusters } of found) expect(clusters[0].cluster['server']).toBe(`https://127.0.0.1:${open}`);
  });
});

test('labs down ends the tunnel before the stack', async () => {
  await up();
  done.length = 0;
  expect(await run(await target().down(anatomy))).toEqual([
    'no controller of this cluster makes any',
    '',
    `nothing of SelfManaged is left in account ${account}, region ap-northeast-1`,
  ]);
  expect(done).toEqual(['close the tunnel', 'cdk destroy, allowedCidrs=']);
});

test('labs down says which parameters of the nodes are left', async () => {
  await up();
  left = ['/kubernetes-textbook-labs/SelfManaged/join-token'];
  await expect(run(await target().down(anatomy))).rejects.toThrow(
    `Not everything of SelfManaged is gone in account ${account}, region ap-northeast-1:\n` +
      '  ssm parameter  arn:aws:ssm:ap-northeast-1::parameter/kubernetes-textbook-labs/SelfManaged/join-token  (there)\n' +
      'Delete what is there (it may cost money), and look again with: npx labs down anatomy --on aws',
  );
  left = [];
  expect((await run(await target().down(anatomy))).at(-1)).toMatch(/^nothing of SelfManaged is left/);
});
