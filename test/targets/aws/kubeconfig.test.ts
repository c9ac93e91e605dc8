import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { openCluster } from '../../../lib/model/cluster.ts';
import { EksEc2 } from '../../../lib/environments/eks-ec2.ts';
import {
  clusterAddress,
  kubeconfigYaml,
  writeKubeconfig,
  type ClusterAddress,
} from '../../../lib/targets/aws/kubeconfig.ts';
import { templateOf } from '../../environments/synth.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { RecordedAws } from './recorded.ts';

jest.setTimeout(60_000);

let folder: string;
const pathBefore = process.env.PATH;
beforeAll(async () => {
  folder = await temporaryFolder('kubeconfig');
});
afterAll(async () => {
  process.env.PATH = pathBefore;
  await removeFolder(folder);
});

const address: ClusterAddress = {
  name: 'EksEc2',
  region: 'ap-northeast-1',
  endpoint: 'https://ABC.gr7.ap-northeast-1.eks.amazonaws.com',
  certificateAuthority: 'Q0E=',
  roleArn: 'arn:aws:iam::111122223333:role/EksEc2-AdminRole38C4A1F5-abc',
};

const describing = (cluster: object) => new RecordedAws({ 'eks.DescribeCluster': () => ({ cluster }) });
const whole = { status: 'ACTIVE', endpoint: address.endpoint, certificateAuthority: { data: 'Q0E=' } };
const stackWith = (outputs: Record<string, string>) => ({
  id: 'arn:stack',
  status: 'CREATE_COMPLETE',
  tags: {},
  outputs,
});

describe("the cluster's address", () => {
  test("is read from the stack's own output, as the template makes it", async () => {
    const output = templateOf(EksEc2).toJSON().Outputs as Record<
      string,
      { Value: { 'Fn::Join': [string, unknown[]] } }
    >;
    // What CloudFormation would put in: the names of things, by their references.
    const value = output
      .UpdateKubeconfigCommand!.Value['Fn::Join'][1].map((part) =>
        typeof part === 'string' ? part : `<${JSON.stringify(part)}>`,
      )
      .join('');
    const aws = describing(whole);
    const read = await clusterAddress(aws, stackWith({ UpdateKubeconfigCommand: value }), 'workshop');
    expect(read).toEqual({
      ...address,
      name: expect.stringMatching(/^<\{"Ref":"Cluster.*\}>$/),
      roleArn: expect.stringMatching(/^<\{"Fn::GetAtt":\["AdminRole.*","Arn"\]\}>$/),
      profile: 'workshop',
    });
    expect(aws.calls).toEqual([['eks.DescribeCluster', { name: read.name }]]);
  });

  test('is not had of a stack without that output, or of a cluster that is not made yet', async () => {
    await expect(clusterAddress(describing(whole), stackWith({}), undefined)).rejects.toThrow(
      /^Stack arn:stack has no output UpdateKubeconfigCommand that names its cluster and role\./,
    );
    const command = { UpdateKubeconfigCommand: 'aws eks update-kubeconfig --name EksEc2 --role-arn arn:role' };
    await expect(clusterAddress(describing({ status: 'CREATING' }), stackWith(command), undefined)).rejects.toThrow(
      'Cluster EksEc2 has no endpoint (it is CREATING).',
    );
  });
});

describe('a kubeconfig', () => {
  test('names cluster, namespace, region, role and profile, and holds no secret', () => {
    expect(parse(kubeconfigYaml({ ...address, profile: 'workshop' }, 'eks-ec2'))).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'EksEc2',
      clusters: [{ name: 'EksEc2', cluster: { server: address.endpoint, 'certificate-authority-data': 'Q0E=' } }],
      contexts: [{ name: 'EksEc2', context: { cluster: 'EksEc2', user: 'EksEc2', namespace: 'eks-ec2' } }],
      users: [
        {
          name: 'EksEc2',
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: 'aws',
              args: `--region ap-northeast-1 eks get-token --cluster-name EksEc2 --role-arn ${address.roleArn} --output json`.split(
                ' ',
              ),
              env: [{ name: 'AWS_PROFILE', value: 'workshop' }],
              interactiveMode: 'IfAvailable',
              provideClusterInfo: false,
            },
          },
        },
      ],
    });
    expect(kubeconfigYaml(address, 'eks-ec2')).not.toContain('AWS_PROFILE');
  });

  test('is readable by its owner only, also where one was before that was not', async () => {
    const file = path.join(folder, 'labs', 'eks-ec2', 'kubeconfig.yaml');
    await writeKubeconfig(file, address, 'eks-ec2');
    await chmod(file, 0o644);
    await writeFile(`${file}.new`, '', { mode: 0o644 });
    await writeKubeconfig(file, address, 'other');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toBe(kubeconfigYaml(address, 'other'));
  });

  test("gives a lab's checks a client that asks the AWS CLI on PATH for its token", async () => {
    const asked = path.join(folder, 'asked');
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      status: { token: 'k8s-aws-v1.abc' },
    };
    await writeFile(
      path.join(folder, 'aws'),
      `#!/bin/sh\necho "$AWS_PROFILE $*" >'${asked}'\necho '${JSON.stringify(credential)}'\n`,
      { mode: 0o755 },
    );
    process.env.PATH = [folder, pathBefore].join(path.delimiter);
    const authorizations: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [] }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const file = path.join(folder, 'exec.yaml');
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await writeKubeconfig(file, { ...address, endpoint, profile: 'workshop' }, 'eks-ec2');
      // Without TLS on this side of the test, which the client takes only from who asks for it.
      const config = parse(await readFile(file, 'utf8')) as { clusters: { cluster: Record<string, unknown> }[] };
      config.clusters[0]!.cluster['insecure-skip-tls-verify'] = true;
      await writeFile(file, stringify(config));
      const cluster = openCluster(file, 'eks-ec2');
      expect((await cluster.api(CoreV1Api).listNamespacedPod({ namespace: 'eks-ec2' })).items).toEqual([]);
      expect(authorizations).toEqual(['Bearer k8s-aws-v1.abc']);
      expect(await readFile(asked, 'utf8')).toBe(
        `workshop --region ap-northeast-1 eks get-token --cluster-name EksEc2 --role-arn ${address.roleArn} --output json\n`,
      );
    } finally {
      server.close();
    }
  });
});
