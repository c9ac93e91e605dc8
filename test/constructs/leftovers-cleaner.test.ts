import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { App, Stack, Token } from 'aws-cdk-lib/core';
import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, KubernetesVersion } from 'aws-cdk-lib/aws-eks-v2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { bundleOf } from '../../lib/constructs/bundled-code.ts';
import { LeftoversCleaner } from '../../lib/constructs/leftovers-cleaner.ts';
import { EcsAndEks } from '../../lib/environments/ecs-and-eks.ts';
import { EksEc2 } from '../../lib/environments/eks-ec2.ts';
import { EksFargate } from '../../lib/environments/eks-fargate.ts';
import { removeLeftovers } from '../../lib/leftovers/remove.ts';
import { projectFile } from '../../lib/platform/project-file.ts';
import { ownerships } from '../../lib/leftovers/ownership.ts';
import { assemblyFolder } from '../assembly-folder.ts';
import { idOf, resourcesOf, templateOf, waitsFor } from '../environments/synth.ts';
import { addNeighbours, littered } from '../leftovers/world.ts';

const template = templateOf(EksEc2);
const type = 'Custom::ClusterLeftovers';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of the function's role. */
function statements(): readonly Statement[] {
  const { Role } = resourcesOf(template)[idOf(template, 'AWS::Lambda::Function', cleanerFunction)]!.Properties as {
    Role: { 'Fn::GetAtt': [string, string] };
  };
  const { Policies } = resourcesOf(template)[Role['Fn::GetAtt'][0]]!.Properties as {
    Policies: [{ PolicyDocument: { Statement: readonly Statement[] } }];
  };
  expect(Policies).toHaveLength(1);
  return Policies[0].PolicyDocument.Statement;
}

const cleanerFunction = Match.objectLike({ Description: Match.stringLikeRegexp('leaves behind') });
const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat();

describe('order', () => {
  test.each([
    ['EksEc2', EksEc2],
    ['EksFargate', EksFargate],
    ['EcsAndEks', EcsAndEks],
  ])('in %s it goes after the cluster and all that needs it, and before the network', (name, Environment) => {
    const each = templateOf(Environment);
    const cleaner = idOf(each, type);
    const cluster = idOf(each, 'AWS::EKS::Cluster');
    expect(waitsFor(each, cluster)).toContain(cleaner);
    for (const kind of [
      'AWS::EKS::Nodegroup',
      'AWS::EKS::FargateProfile',
      'AWS::EKS::Addon',
      'AWS::EKS::AccessEntry',
    ]) {
      for (const id of Object.keys(each.findResources(kind))) expect(waitsFor(each, id)).toContain(cleaner);
    }
    const before = waitsFor(each, cleaner);
    const network = [
      'VPC',
      'Subnet',
      'RouteTable',
      'Route',
      'InternetGateway',
      'VPCGatewayAttachment',
      'NatGateway',
      'EIP',
    ];
    for (const kind of network) {
      const ids = Object.keys(each.findResources(`AWS::EC2::${kind}`));
      expect(ids.length).toBeGreaterThan(0);
      // Said by the cleaner itself, so that it holds whatever else waits for the network.
      expect(each.toJSON()).toMatchObject({
        Resources: { [cleaner]: { DependsOn: expect.arrayContaining(ids) as unknown } },
      });
    }
    const controlPlane = Object.keys(each.findResources('AWS::EC2::SecurityGroup')).filter((id) =>
      /ControlPlane/.test(id),
    );
    expect(controlPlane).toHaveLength(1);
    expect(before).toEqual(expect.arrayContaining(controlPlane));
    expect(before).not.toContain(cluster);
    // Deleted last, when EKS has written its late logs: it would recreate the group.
    const logs = idOf(each, 'AWS::Logs::LogGroup', Match.objectLike({ LogGroupName: `/aws/eks/${name}/cluster` }));
    expect(before).toContain(logs);
  });

  test('function, permissions and log outlive the custom resource', () => {
    const before = waitsFor(template, idOf(template, type));
    for (const kind of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup']) {
      expect(before.filter((id) => id.startsWith('Leftovers') && id in template.findResources(kind))).toHaveLength(1);
    }
  });

  test('takes four resources', () => {
    expect(Object.keys(resourcesOf(template)).filter((id) => id.startsWith('Leftovers'))).toHaveLength(4);
  });
});

describe('function', () => {
  test('has the longest time that Lambda offers, and CloudFormation waits a minute more', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('leaves behind'),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 900,
      // Outside of the VPC, which goes after it.
      VpcConfig: Match.absent(),
    });
    template.hasResourceProperties(type, {
      ServiceTimeout: '960',
      ClusterName: 'EksEc2',
      VpcId: { Ref: idOf(template, 'AWS::EC2::VPC') },
    });
  });

  test('needs the name of the cluster as text', () => {
    const stack = new Stack(new App({ outdir: assemblyFolder() }), 'Stack');
    const vpc = new Vpc(stack, 'Vpc');
    const cluster = new Cluster(stack, 'Cluster', { version: KubernetesVersion.of('1.36'), vpc });
    const clusterName = Token.asString({ Ref: 'Name' });
    const controlPlaneLogGroup = new LogGroup(stack, 'Logs');
    const retention = RetentionDays.ONE_DAY;
    const make = () =>
      new LeftoversCleaner(stack, 'Leftovers', { cluster, clusterName, vpc, controlPlaneLogGroup, retention });
    expect(make).toThrow('needs the name of the cluster as text');
  });
});

describe('permissions', () => {
  test('are those that the code uses, and no other', async () => {
    const aws = littered();
    addNeighbours(aws);
    await removeLeftovers({
      clients: aws.clients,
      clusterName: 'EksEc2',
      vpcId: 'vpc-0lab',
      timeoutMs: 20_000,
      pollMs: 1,
    });
    const used = aws.calls.map(({ action }) => action.replace(/^elb(v2)?:/, 'elasticloadbalancing:'));
    const granted = statements()
      .flatMap(actionsOf)
      .filter((action) => !action.startsWith('logs:'));
    expect([...new Set(granted)].sort()).toEqual([...new Set(used)].sort());
  });

  test('whatever deletes is held to the tags by which it is found, one statement for each proof', () => {
    const deleting = statements().filter((statement) => actionsOf(statement).some((action) => /:Delete/.test(action)));
    expect(deleting.map(({ Condition }) => Condition)).toEqual(
      ownerships.map((ownership) => {
        const entries = Object.entries(ownership.tags('EksEc2')).map(
          ([key, value]) => [`aws:ResourceTag/${key}`, value] as const,
        );
        const any = entries.filter(([, value]) => value === undefined).map(([key]) => [key, 'false']);
        return {
          StringEquals: Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
          ...(any.length > 0 && { Null: Object.fromEntries(any) as Record<string, string> }),
        };
      }),
    );
    for (const { Condition, Resource } of deleting) {
      expect(JSON.stringify(Condition)).toContain('EksEc2');
      expect(JSON.stringify(Resource)).not.toContain('"*"');
    }
  });

  test('rules are revoked in this VPC only, and only describing has no resource', () => {
    const revoking = statements().filter((statement) => actionsOf(statement).some((action) => /Revoke/.test(action)));
    expect(revoking).toHaveLength(1);
    const arn = { 'Fn::Join': ['', expect.arrayContaining([':vpc/', { Ref: idOf(template, 'AWS::EC2::VPC') }])] };
    expect(revoking[0]!.Condition).toEqual({ ArnEquals: { 'ec2:Vpc': arn } });
    for (const statement of statements().filter(({ Resource }) => Resource === '*')) {
      for (const action of actionsOf(statement)) expect(action).toMatch(/:Describe/);
    }
  });
});

describe('bundle', () => {
  const { folder, hash } = bundleOf('lib/leftovers/handler.ts');
  const file = path.join(folder, 'index.js');

  test('is one file that runs, without the SDK that the runtime has, and without a path of this machine', () => {
    expect(readdirSync(folder)).toEqual(['index.js']);
    const code = readFileSync(file, 'utf8');
    expect(code).toContain('require("@aws-sdk/client-ec2")');
    expect(code.match(/require\("(?!@aws-sdk\/|node:)[^"]*"\)/g)).toBeNull();
    expect(code).not.toContain(process.cwd());
    expect(code.length).toBeLessThan(40_000);
    expect(createRequire(import.meta.url)(file)).toMatchObject({ handler: expect.any(Function) });
  });

  test('has the hash of its code, which is the same wherever it is made', () => {
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(hash);
    const script = `import { bundleOf } from ${JSON.stringify(projectFile('lib/constructs/bundled-code.ts'))};
      console.log(JSON.stringify(bundleOf('lib/leftovers/handler.ts')));`;
    const options = { cwd: '/', encoding: 'utf8' } as const;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const printed = execFileSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], options);
    expect(JSON.parse(printed)).toEqual({ folder, hash });
  });

  test('names the file that is missing', () => {
    expect(() => bundleOf('lib/leftovers/nothing.ts')).toThrow('The project has no file lib/leftovers/nothing.ts');
  });
});
