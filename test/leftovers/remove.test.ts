import { describe, expect, test } from '@jest/globals';
import { type RemovalOptions, removeLeftovers } from '../../lib/leftovers/remove.ts';
import { PretendAws } from './pretend-aws.ts';
import { addNeighbours, alb, cluster, idsIn, littered, nlb, tagsOf, targets, vpc } from './world.ts';

const remove = (aws: PretendAws, options: Partial<RemovalOptions> = {}) =>
  removeLeftovers({ clients: aws.clients, clusterName: cluster, vpcId: vpc, timeoutMs: 20_000, pollMs: 1, ...options });

const nothing = { clusterIsAlive: false, removed: [], remaining: [], unknown: [] };

/** An account with one leftover volume, for what is the same for every kind. */
function withVolume(): PretendAws {
  const aws = new PretendAws();
  aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi() }];
  return aws;
}

describe('removal', () => {
  test('takes everything that carries a tag of ownership, and says what', async () => {
    const aws = littered();
    const sentences: string[] = [];
    const removal = await remove(aws, { log: (sentence) => sentences.push(sentence) });
    expect(idsIn(aws)).toEqual([]);
    const gone = [
      'classic load balancer a0classic',
      `load balancer ${nlb}`,
      `load balancer ${alb}`,
      `target group ${targets[0]}`,
      `target group ${targets[1]}`,
      'network interface eni-cni',
      'network interface eni-branch',
      ...['sg-elb', 'sg-cluster', 'sg-alb', 'sg-backend'].map((id) => `security group ${id}`),
      'EBS volume vol-1',
      'EBS volume vol-2',
      'EBS volume vol-3',
      'EBS snapshot snap-1',
    ];
    expect({ ...removal, removed: [...removal.removed].sort() }).toEqual({ ...nothing, removed: [...gone].sort() });
    expect([...sentences].sort()).toEqual(gone.map((name) => `Deleted ${name}.`).sort());
  });

  test('touches nothing of others: other clusters, other VPCs, missing tags, what is shared or made by hand', async () => {
    const aws = littered();
    const mine = idsIn(aws);
    addNeighbours(aws);
    const others = idsIn(aws).filter((id) => !mine.includes(id));
    expect(others).toHaveLength(23);
    await remove(aws);
    expect(idsIn(aws)).toEqual(others);
  });

  test("revokes in others' groups the rules that name a group of the cluster's, and no other rule", async () => {
    const aws = littered();
    addNeighbours(aws);
    await remove(aws);
    expect(aws.groups.find(({ id }) => id === 'sg-nodes')).toMatchObject({
      ingress: ['sg-untagged'],
      egress: ['sg-others'],
    });
    for (const { parameters } of aws.calls.filter(({ action }) => action.includes('Revoke'))) {
      expect(Object.keys(parameters).filter((key) => /Ranges|GroupName/.test(key))).toEqual([]);
    }
  });

  test('without a VPC looks in all of them', async () => {
    const aws = littered();
    addNeighbours(aws);
    await removeLeftovers({ clients: aws.clients, clusterName: cluster, timeoutMs: 20_000, pollMs: 1 });
    expect(idsIn(aws).filter((id) => id.includes('elsewhere'))).toEqual([]);
  });

  test('reads every page, and asks for the tags of twenty load balancers at a time', async () => {
    const aws = new PretendAws();
    aws.balancers = Array.from({ length: 45 }, (_, index) => ({
      id: `arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:loadbalancer/net/n/${index}`,
      vpc,
      tags: tagsOf.controller(),
    }));
    aws.classic = Array.from({ length: 45 }, (_, index) => ({ id: `c${index}`, vpc, tags: tagsOf.cloudProvider() }));
    aws.interfaces = [1, 2, 3, 4, 5].map((number) => ({ id: `eni-${number}`, vpc, tags: tagsOf.cni() }));
    aws.snapshots = [1, 2, 3].map((number) => ({ id: `snap-${number}`, tags: tagsOf.csi() }));
    const { removed } = await remove(aws);
    expect(removed).toHaveLength(45 + 45 + 5 + 3);
    expect(idsIn(aws)).toEqual([]);
  });

  test.each([
    ['classic', 'classic' as const, 'a0classic', 'ELB a0classic', tagsOf.cloudProvider()],
    ['network', 'balancers' as const, nlb, 'ELB net/k8s-shop-web/0a1b2c3d4e5f6071', tagsOf.cloudProvider()],
    ['application', 'balancers' as const, alb, 'ELB app/k8s-shop-site/0a1b2c3d4e5f6072', tagsOf.controller()],
  ])(
    'waits for the interfaces of a %s load balancer that it removed, without touching them',
    async (_, kind, id, description, tags) => {
      const aws = new PretendAws();
      aws[kind] = [{ id, vpc, tags }];
      aws.interfaces = [
        { id: 'eni-balancer', vpc, description, instance: 'elb', lingers: 20 },
        { id: 'eni-other', vpc, description: 'ELB other', instance: 'elb' },
      ];
      const { removed, remaining } = await remove(aws);
      expect([removed.length, remaining]).toEqual([1, []]);
      expect(idsIn(aws)).toEqual(['eni-other']);
      expect(aws.called(/DeleteNetworkInterface/)).toEqual([]);
    },
  );

  test('says at the deadline that interfaces of load balancers are still there', async () => {
    const aws = new PretendAws();
    aws.classic = [{ id: 'a0classic', vpc, tags: tagsOf.cloudProvider() }];
    aws.interfaces = [{ id: 'eni-1', vpc, description: 'ELB a0classic', instance: 'elb' }];
    const { removed, remaining } = await remove(aws, { timeoutMs: 1_500, pollMs: 10 });
    expect(removed).toEqual(['classic load balancer a0classic']);
    expect(remaining).toEqual([
      {
        what: 'network interfaces of load balancers eni-1',
        reason: 'AWS removes them some minutes after their load balancers',
      },
    ]);
  });

  test('leaves an attached interface and an attached volume alone, and waits for them', async () => {
    const aws = new PretendAws();
    aws.interfaces = [{ id: 'eni-1', vpc, tags: tagsOf.cni(), instance: 'i-0own' }];
    aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi(), state: 'in-use' }];
    const removal = await remove(aws, { timeoutMs: 800, pollMs: 10 });
    expect(aws.called(/Delete/)).toEqual([]);
    expect(removal.removed).toEqual([]);
    expect(removal.remaining).toEqual([
      { what: 'network interface eni-1', reason: expect.stringContaining('attached to i-0own') },
      { what: 'EBS volume vol-1', reason: 'its state is in-use' },
    ]);
    aws.interfaces = [{ id: 'eni-1', vpc, tags: tagsOf.cni() }];
    aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi() }];
    expect((await remove(aws)).removed).toEqual(['network interface eni-1', 'EBS volume vol-1']);
  });
});

describe('what has happened before', () => {
  test('a second removal finds nothing and deletes nothing', async () => {
    const aws = littered();
    await remove(aws);
    aws.calls.length = 0;
    expect(await remove(aws)).toEqual(nothing);
    expect(aws.called(/Delete|Revoke/)).toEqual([]);
  });

  test('a stack whose cluster was never made left nothing', async () => {
    expect(await remove(new PretendAws())).toEqual(nothing);
  });

  test('a removal that was cut off goes on where it was', async () => {
    const aws = littered();
    aws.failing('ec2:DeleteSecurityGroup', { code: 'InternalError', status: 400 });
    expect((await remove(aws, { timeoutMs: 1_500, pollMs: 10 })).remaining.length).toBeGreaterThan(0);
    aws.fault = () => undefined;
    const { removed, remaining } = await remove(aws);
    expect([removed.length, remaining]).toEqual([4, []]);
    expect(idsIn(aws)).toEqual([]);
  });

  test('what somebody else deletes in between is no failure', async () => {
    const aws = withVolume();
    aws.failing('ec2:DeleteVolume', { code: 'InvalidVolume.NotFound' }, 1);
    expect(await remove(aws)).toEqual({ ...nothing, removed: ['EBS volume vol-1'] });
  });

  test('a rule that somebody else revokes in between is no failure, and does not make its group gone', async () => {
    const aws = new PretendAws();
    aws.groups = [
      { id: 'sg-1', name: 'k8s-1', vpc, tags: tagsOf.controller() },
      { id: 'sg-nodes', name: 'nodes', vpc, ingress: ['sg-1'], egress: ['sg-1'] },
    ];
    aws.failing('ec2:RevokeSecurityGroupIngress', { code: 'InvalidPermission.NotFound' }, 1);
    expect(await remove(aws)).toEqual({ ...nothing, removed: ['security group sg-1'] });
    expect(aws.groups).toEqual([{ id: 'sg-nodes', name: 'nodes', vpc, ingress: [], egress: [] }]);
  });
});

describe('a cluster that is there', () => {
  test.each(['ACTIVE', 'UPDATING', 'FAILED', 'CREATING'])('in state %s keeps what belongs to it', async (state) => {
    const aws = littered();
    const before = idsIn(aws);
    aws.cluster = state;
    expect(await remove(aws)).toEqual({ ...nothing, clusterIsAlive: true });
    expect(idsIn(aws)).toEqual(before);
    expect(aws.calls.map(({ action, parameters }) => [action, parameters])).toEqual([
      ['eks:DescribeCluster', { name: cluster }],
    ]);
  });

  test('that is being deleted is waited for', async () => {
    const aws = withVolume();
    aws.cluster = 'DELETING';
    const held = await remove(aws, { timeoutMs: 800, pollMs: 10 });
    expect(held).toMatchObject({ clusterIsAlive: false, removed: [], remaining: [{ what: 'EKS cluster' }] });
    expect(aws.called(/Delete/)).toEqual([]);
    const before = aws.called(/eks/).length;
    aws.fault = ({ action }) => {
      if (action === 'eks:DescribeCluster' && aws.called(/eks/).length > before + 3) aws.cluster = undefined;
      return undefined;
    };
    expect(await remove(aws)).toEqual({ ...nothing, removed: ['EBS volume vol-1'] });
  });

  test('that is recreated in the meantime is not touched from then on', async () => {
    const aws = littered();
    aws.fault = ({ action }) => {
      if (action === 'eks:DescribeCluster' && aws.called(/eks/).length === 2) {
        aws.cluster = 'CREATING';
        aws.volumes = [{ id: 'vol-new', tags: tagsOf.csi() }];
      }
      return undefined;
    };
    expect((await remove(aws)).clusterIsAlive).toBe(true);
    expect(idsIn(aws)).toContain('vol-new');
  });

  test('that EKS does not talk about may be there: nothing is touched', async () => {
    const aws = littered();
    const before = idsIn(aws);
    aws.failing('eks:DescribeCluster', { code: 'AccessDeniedException', status: 403 });
    expect(await remove(aws)).toEqual({
      ...nothing,
      unknown: [{ what: 'EKS cluster', reason: expect.stringContaining('AccessDenied') }],
    });
    expect(idsIn(aws)).toEqual(before);
  });
});

describe('failures', () => {
  test('a throttled call is tried again by the SDK', async () => {
    const aws = withVolume();
    aws.failing('ec2:DescribeVolumes', { code: 'RequestLimitExceeded', status: 503 }, 2);
    expect((await remove(aws)).removed).toEqual(['EBS volume vol-1']);
    // Not only in the next look at everything.
    const first = aws.called(/./).indexOf('ec2:DescribeVolumes');
    expect(aws.called(/./).slice(first, first + 3)).toEqual([1, 2, 3].map(() => 'ec2:DescribeVolumes'));
  });

  test('DependencyViolation and ResourceInUse are tried again until what holds is gone', async () => {
    const aws = littered();
    aws.failing('ec2:DeleteSecurityGroup', { code: 'DependencyViolation' }, 6);
    aws.failing('elbv2:DeleteTargetGroup', { code: 'ResourceInUse' }, 3);
    expect((await remove(aws)).remaining).toEqual([]);
    expect(idsIn(aws)).toEqual([]);
  });

  test('at the deadline it stops, and says what is left and why', async () => {
    const aws = littered();
    aws.interfaces.push({ id: 'eni-own', vpc, instance: 'i-own', description: 'of ken', groups: ['sg-alb'] });
    const started = Date.now();
    const { remaining, removed } = await remove(aws, { timeoutMs: 3_000, pollMs: 20 });
    expect(Date.now() - started).toBeLessThan(4_500);
    expect(remaining).toEqual([
      {
        what: 'security group sg-alb',
        reason:
          'DependencyViolation: resource sg-alb has a dependent object, which network interfaces use: eni-own (of ken)',
      },
    ]);
    expect(idsIn(aws)).toContain('eni-own');
    expect(removed).toHaveLength(14);
    expect(removed).not.toContain('security group sg-alb');
  });

  test('a call that never answers is cut off at the deadline', async () => {
    const aws = withVolume();
    aws.fault = async ({ action }) => (action === 'ec2:DeleteVolume' ? await new Promise(() => undefined) : undefined);
    const started = Date.now();
    const removal = await remove(aws, { timeoutMs: 800, pollMs: 10 });
    expect(Date.now() - started).toBeLessThan(4_500);
    expect(removal.remaining).toEqual([
      { what: 'EBS volume vol-1', reason: 'AWS had not answered when the time was up' },
    ]);
  });

  test.each([
    ['denied', 'UnauthorizedOperation', 403],
    ['protected against deletion', 'OperationNotPermitted', 400],
    ['without valid credentials', 'ExpiredTokenException', 403],
  ])('a deletion that is %s is not tried again, and the rest goes on', async (_, code, status) => {
    const aws = littered();
    aws.failing('ec2:DeleteVolume', { code, status, message: 'You are not authorized to perform this operation' });
    const { remaining, removed } = await remove(aws);
    expect(remaining.map(({ what }) => what)).toEqual(['EBS volume vol-1', 'EBS volume vol-2', 'EBS volume vol-3']);
    expect(remaining[0]!.reason).toBe(
      `${code.replace(/Exception$/, '')}: You are not authorized to perform this operation`,
    );
    expect(removed).toHaveLength(12);
    expect(aws.called(/DeleteVolume/)).toHaveLength(3);
  });

  test('a search that is denied is said, and the rest goes on', async () => {
    const aws = littered();
    aws.failing('elbv2:DescribeTags', { code: 'AccessDenied', status: 403, message: 'no' });
    const { unknown, remaining } = await remove(aws);
    expect(unknown).toEqual([
      { what: 'load balancers', reason: 'AccessDenied: no' },
      { what: 'target groups', reason: 'AccessDenied: no' },
    ]);
    expect(remaining).toEqual([]);
    expect(aws.volumes).toEqual([]);
  });

  test('what was found stays on the list when a later search fails', async () => {
    const aws = withVolume();
    aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi(), state: 'in-use' }];
    aws.fault = ({ action }) =>
      action === 'ec2:DescribeVolumes' && aws.called(/DescribeVolumes/).length > 1
        ? { code: 'UnauthorizedOperation', status: 403 }
        : undefined;
    const removal = await remove(aws, { timeoutMs: 800, pollMs: 10 });
    expect(removal).toMatchObject({
      removed: [],
      remaining: [{ what: 'EBS volume vol-1' }],
      unknown: [{ what: 'EBS volumes' }],
    });
  });

  test('a search that fails once is made again', async () => {
    const aws = withVolume();
    aws.failing('ec2:DescribeVolumes', { code: 'InternalFailure' }, 1);
    aws.failing('elbv2:DescribeLoadBalancers', { code: 'InternalFailure' }, 1);
    expect(await remove(aws)).toEqual({ ...nothing, removed: ['EBS volume vol-1'] });
  });

  test('what AWS takes its time with is asked for again, and logged once', async () => {
    const aws = withVolume();
    const kept = aws.volumes;
    aws.fault = ({ action }) => {
      if (action === 'ec2:DescribeVolumes' && aws.called(/DescribeVolumes/).length <= 4) aws.volumes = kept;
      return undefined;
    };
    const sentences: string[] = [];
    expect(await remove(aws, { log: (sentence) => sentences.push(sentence) })).toMatchObject({ remaining: [] });
    expect(sentences).toEqual(['Deleted EBS volume vol-1.']);
  });

  test.each([
    ['between two looks', () => undefined],
    ['during a call', async () => await new Promise<undefined>(() => undefined)],
  ])('an abort %s ends it with its own reason', async (_, fault) => {
    const aws = withVolume();
    aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi(), state: 'in-use' }];
    aws.fault = fault;
    const abort = new AbortController();
    const removing = remove(aws, { signal: abort.signal, pollMs: 10_000 });
    setTimeout(() => abort.abort(new Error('Interrupted by hand.')), 300);
    await expect(removing).rejects.toThrow('Interrupted by hand.');
  });
});
