import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import type { Cluster } from '../../../lib/model/cluster.ts';
import type { Lab } from '../../../lib/model/lab.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import type { Step } from '../../../lib/core/step.ts';
import { AwsFolder } from '../../../lib/targets/aws/aws-folder.ts';
import { AwsTarget } from '../../../lib/targets/aws/aws-target.ts';
import type { AwsDependencies } from '../../../lib/targets/aws/dependencies.ts';
import { inEnglish } from '../../in-english.ts';
import { account, awsError, noSessions, RecordedAws, type Answers } from './recorded.ts';

/** A lab of environment `EksEc2`. */
export const lab = (id: string, namespace: string, more: Partial<Lab> = {}): Lab => ({
  id,
  namespace,
  title: { ja: id, en: id },
  environment: eksEc2,
  minutes: 1,
  tasks: [],
  loadManifests: async () => `manifests of ${id}`,
  loadChecks: async () => ({ checks: {}, questions: {} }),
  ...more,
});
/** The lab whose objects come with the stack, and one that brings its own. */
export const sample = lab('eks-ec2', eksEc2.sampleNamespace);
export const other = lab('other', 'other');

export const defaults = parseSettings({});
const command =
  'export KUBECONFIG="$PWD/EksEc2.kubeconfig" && aws eks update-kubeconfig --region ap-northeast-1 --name EksEc2 --alias EksEc2 --role-arn arn:aws:iam::111122223333:role/EksEc2-AdminRole-1';

/** An account on AWS with this machine before it. What tests change is public. */
export class World {
  readonly root: string;
  /** Status of the stack; undefined while there is none. */
  status: string | undefined;
  account = account;
  region: string | undefined = 'ap-northeast-1';
  address = '203.0.113.7';
  profile: string | undefined;
  /** ARNs that the tagging API lists. */
  tagged: string[] = [];
  /** Who calls. */
  caller = 'arn:aws:sts::111122223333:assumed-role/Admin/aya';
  /** Tags of the stack. */
  tags: Readonly<Record<string, string>> = {};
  /** What the CDK does: its exit code, after it changed the stack. */
  cdk: (args: readonly string[], onLine: (line: string) => void) => number = ([verb, ...args]) => {
    if (verb === 'deploy')
      this.tags = Object.fromEntries(
        args.flatMap((word, index) => (args[index - 1] === '--tags' ? [word.split('=', 2) as [string, string]] : [])),
      );
    this.status = verb === 'deploy' ? 'CREATE_COMPLETE' : undefined;
    return 0;
  };
  removeExternal: () => Promise<readonly string[]> = async () => [];
  refusal: Error | undefined;
  /** What kubectl does: one node that is cordoned, and a Deployment in each namespace. */
  kubectl: AwsDependencies['kubectl'] = () => ({
    run: async (args) => {
      this.done.push(`kubectl ${args.slice(0, 4).join(' ')}`);
      if (args[0] !== 'get') return '';
      return JSON.stringify({
        items: args[1] === 'nodes' ? [{ metadata: { name: 'ip-1' }, spec: { unschedulable: true } }] : [{}],
      });
    },
    apply: async (yaml) => {
      this.done.push(`apply ${yaml}`);
    },
  });
  /** What was done outside, in order. */
  readonly done: string[] = [];
  readonly kubectlInput: string[] = [];
  readonly aws: RecordedAws;
  abort = new AbortController();

  constructor(root: string) {
    this.root = path.join(root, 'data', 'aws');
    const nothingThere = () => {
      throw awsError('InvalidVolume.NotFound');
    };
    const answers: Answers = {
      'sts.GetCallerIdentity': () => {
        if (this.refusal !== undefined) throw this.refusal;
        return { Account: this.account, Arn: this.caller };
      },
      'ssm.GetParameter': () => ({ Parameter: { Value: '28' } }),
      'ssm.GetParametersByPath': () => ({ Parameters: [{ Value: 'ap-northeast-1' }] }),
      'quotas.GetServiceQuota': () => ({ Quota: { Value: 100 } }),
      'ec2.DescribeInstances': () => ({ Reservations: [] }),
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
      'ec2.DescribeVolumes': nothingThere,
      'cloudformation.DescribeStacks': () => {
        if (this.refusal !== undefined) throw this.refusal;
        if (this.status === undefined) throw awsError('ValidationError', 'Stack with id EksEc2 does not exist');
        return {
          Stacks: [
            {
              StackId: 'arn:stack/EksEc2/1',
              StackName: 'EksEc2',
              Tags: Object.entries(this.tags).map(([Key, Value]) => ({ Key, Value })),
              CreationTime: new Date(0),
              StackStatus: this.status as 'CREATE_COMPLETE',
              Outputs: [{ OutputKey: 'UpdateKubeconfigCommand', OutputValue: command }],
            },
          ],
        };
      },
      'cloudformation.ListStackResources': () => ({ StackResourceSummaries: [] }),
      'eks.DescribeCluster': () => {
        if (this.status === undefined) throw awsError('ResourceNotFoundException');
        return { cluster: { endpoint: 'https://abc', certificateAuthority: { data: 'Q0E=' } } };
      },
      'ssm.DescribeParameters': () => ({ Parameters: [] }),
      'tagging.GetResources': ({ TagFilters }) => ({
        ResourceTagMappingList:
          TagFilters?.[0]?.Key === 'aws:cloudformation:stack-name'
            ? this.tagged.map((ResourceARN) => ({ ResourceARN }))
            : [],
      }),
    };
    this.aws = new RecordedAws(answers);
  }

  get target(): AwsTarget {
    const parts: AwsDependencies = {
      root: this.root,
      connection: { region: async () => this.region, calls: async () => this.aws },
      tools: {
        kubectl: async () => '/usr/bin/kubectl',
        awsCli: async () => undefined,
        sessionPlugin: async () => undefined,
      },
      runCdk: async ({ args, region, onLine }) => {
        this.done.push(
          `cdk ${args.slice(0, 2).join(' ')} in ${region}, ${args.find((word) => word.startsWith('allowedCidrs='))}`,
        );
        return this.cdk(args, onLine);
      },
      ownAddress: async () => this.address,
      kubectl: (of) => this.kubectl(of),
      openCluster: async (file, namespace): Promise<Cluster> => {
        this.done.push(`open ${path.basename(file)}`);
        return {
          namespace,
          api: () => {
            throw new Error('no test calls it');
          },
        };
      },
      removeExternal: async (_, { namespaces }) => {
        this.done.push(`remove what ${namespaces?.join(', ') ?? 'every namespace'} made on AWS`);
        return this.removeExternal();
      },
      sessions: noSessions,
      profile: () => this.profile,
      interval: 1,
    };
    return new AwsTarget(parts);
  }

  /** Runs steps to their end; what they said, in English, and their reports. */
  async run(steps: readonly Step[]): Promise<string[]> {
    const said: string[] = [];
    for (const step of steps) {
      const result = (await step.run(() => undefined, this.abort.signal)) ?? '';
      said.push(inEnglish(result));
    }
    return said;
  }

  up = async (which: Lab = sample, settings = defaults) => this.run(await this.target.up(which, settings));
  down = async (which: Lab = sample) => this.run(await this.target.down(which));

  /** Forgets which labs are up, as after an installation that was interrupted. */
  async forgetLabs(): Promise<void> {
    const remembered = new AwsFolder(this.root, 'eks-ec2');
    await remembered.write({ ...(await remembered.read())!, labs: [] });
  }

  async record(): Promise<Record<string, unknown> | undefined> {
    const file = path.join(this.root, 'eks-ec2', 'environment.json');
    return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>) : undefined;
  }
}
