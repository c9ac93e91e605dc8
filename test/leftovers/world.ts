import { PretendAws, type Tags } from './pretend-aws.ts';

export const cluster = 'EksEc2';
export const vpc = 'vpc-0lab';

/** What the makers write on what they make for a cluster. */
export const tagsOf = {
  cloudProvider: (name = cluster): Tags => ({
    [`kubernetes.io/cluster/${name}`]: 'owned',
    'kubernetes.io/service-name': 'shop/web',
  }),
  controller: (name = cluster): Tags => ({ 'elbv2.k8s.aws/cluster': name, 'service.k8s.aws/stack': 'shop/web' }),
  cni: (name = cluster): Tags => ({
    'cluster.k8s.amazonaws.com/name': name,
    'node.k8s.amazonaws.com/instance_id': 'i-0node',
    'node.k8s.amazonaws.com/createdAt': '2026-11-22T10:00:00Z',
  }),
  branch: (name = cluster): Tags => ({
    [`kubernetes.io/cluster/${name}`]: 'owned',
    'eks:eni:owner': 'eks-vpc-resource-controller',
  }),
  clusterGroup: (name = cluster): Tags => ({
    [`kubernetes.io/cluster/${name}`]: 'owned',
    'aws:eks:cluster-name': name,
  }),
  csi: (name = cluster): Tags => ({
    'ebs.csi.aws.com/cluster': 'true',
    'ebs.csi.aws.com/cluster-name': name,
    [`kubernetes.io/cluster/${name}`]: 'owned',
    'kubernetes.io/created-for/pvc/name': 'data',
    CSIVolumeName: 'pvc-1',
  }),
};

const arn = (rest: string) => `arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:${rest}`;
export const nlb = arn('loadbalancer/net/k8s-shop-web/0a1b2c3d4e5f6071');
export const alb = arn('loadbalancer/app/k8s-shop-site/0a1b2c3d4e5f6072');
export const targets = [arn('targetgroup/k8s-shop-web/1'), arn('targetgroup/k8s-shop-site/2')] as const;

/** An account in which cluster EksEc2 has left something of every kind, of every maker. */
export function littered(): PretendAws {
  const aws = new PretendAws();
  aws.classic = [{ id: 'a0classic', vpc, tags: tagsOf.cloudProvider() }];
  aws.balancers = [
    { id: nlb, vpc, tags: tagsOf.cloudProvider() },
    { id: alb, vpc, tags: tagsOf.controller() },
  ];
  aws.targets = [
    { id: targets[0], vpc, tags: tagsOf.cloudProvider(), usedBy: nlb },
    { id: targets[1], vpc, tags: tagsOf.controller(), usedBy: alb },
  ];
  aws.interfaces = [
    { id: 'eni-cni', vpc, tags: tagsOf.cni(), description: 'aws-K8S-i-0node', groups: ['sg-cluster'] },
    { id: 'eni-branch', vpc, tags: tagsOf.branch() },
    { id: 'eni-elb', vpc, description: 'ELB a0classic', instance: 'elb', groups: ['sg-elb'], lingers: 3 },
    { id: 'eni-nlb', vpc, description: 'ELB net/k8s-shop-web/0a1b2c3d4e5f6071', instance: 'elb', lingers: 2 },
  ];
  aws.groups = [
    { id: 'sg-elb', name: 'k8s-elb-a0classic', vpc, tags: { [`kubernetes.io/cluster/${cluster}`]: 'owned' } },
    { id: 'sg-backend', name: 'k8s-traffic-EksEc2', vpc, tags: tagsOf.controller(), ingress: ['sg-alb'] },
    { id: 'sg-alb', name: 'k8s-shop-site', vpc, tags: tagsOf.controller() },
    { id: 'sg-cluster', name: 'eks-cluster-sg-EksEc2-1', vpc, tags: tagsOf.clusterGroup(), ingress: ['sg-elb'] },
  ];
  aws.volumes = [1, 2, 3].map((number) => ({ id: `vol-${number}`, tags: tagsOf.csi() }));
  aws.snapshots = [{ id: 'snap-1', tags: tagsOf.csi() }];
  return aws;
}

/** What looks alike and is somebody else's, or the stack's own. */
export function addNeighbours(aws: PretendAws): void {
  const other = 'EksEc2-aya';
  aws.classic.unshift(
    { id: 'others', vpc, tags: tagsOf.cloudProvider(other) },
    { id: 'shared', vpc, tags: { ...tagsOf.cloudProvider(), [`kubernetes.io/cluster/${cluster}`]: 'shared' } },
    { id: 'handmade', vpc, tags: { [`kubernetes.io/cluster/${cluster}`]: 'owned' } },
    { id: 'elsewhere', vpc: 'vpc-other', tags: tagsOf.cloudProvider() },
  );
  aws.balancers.unshift(
    { id: arn('loadbalancer/app/others/1'), vpc, tags: tagsOf.controller(other) },
    { id: arn('loadbalancer/app/untagged/2'), vpc, tags: {} },
    { id: arn('loadbalancer/app/elsewhere/3'), vpc: 'vpc-other', tags: tagsOf.controller() },
  );
  aws.targets.unshift(
    { id: arn('targetgroup/others/1'), vpc, tags: tagsOf.controller(other) },
    { id: arn('targetgroup/elsewhere/2'), vpc: 'vpc-other', tags: tagsOf.controller() },
  );
  aws.interfaces.unshift(
    { id: 'eni-others', vpc, tags: tagsOf.cni(other) },
    { id: 'eni-plain', vpc },
    { id: 'eni-of-node-group', vpc, tags: { [`kubernetes.io/cluster/${cluster}`]: 'owned' } },
    { id: 'eni-half', vpc, tags: { 'cluster.k8s.amazonaws.com/name': cluster } },
    { id: 'eni-elsewhere', vpc: 'vpc-other', tags: tagsOf.cni() },
  );
  aws.groups.unshift(
    { id: 'sg-others', name: 'k8s-elb-others', vpc, tags: { [`kubernetes.io/cluster/${other}`]: 'owned' } },
    { id: 'sg-untagged', name: 'k8s-elb-untagged', vpc },
    // A group of the stack's own, with a rule for the load balancer's group.
    {
      id: 'sg-nodes',
      name: 'EksEc2-nodes',
      vpc,
      tags: { [`kubernetes.io/cluster/${cluster}`]: 'owned' },
      ingress: ['sg-elb', 'sg-untagged'],
      egress: ['sg-alb', 'sg-others'],
    },
    { id: 'sg-elsewhere', name: 'k8s-elb-elsewhere', vpc: 'vpc-other', tags: tagsOf.controller() },
  );
  aws.volumes.unshift(
    { id: 'vol-others', tags: tagsOf.csi(other) },
    { id: 'vol-of-nobody', tags: { 'ebs.csi.aws.com/cluster': 'true' } },
    { id: 'vol-root', tags: { [`kubernetes.io/cluster/${cluster}`]: 'owned' } },
  );
  aws.snapshots.unshift({ id: 'snap-others', tags: tagsOf.csi(other) }, { id: 'snap-plain', tags: {} });
}

/** Ids of all that is there. */
export const idsIn = (aws: PretendAws): readonly string[] =>
  [aws.classic, aws.balancers, aws.targets, aws.interfaces, aws.groups, aws.volumes, aws.snapshots]
    .flat()
    .map(({ id }) => id);
