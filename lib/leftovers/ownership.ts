/** The kinds of AWS resources that Kubernetes creates outside of CloudFormation, in the order of their removal. */
export const kinds = {
  classicLoadBalancer: {
    title: 'classic load balancer',
    deletes: 'elasticloadbalancing:DeleteLoadBalancer',
    resource: 'loadbalancer',
  },
  loadBalancer: {
    title: 'load balancer',
    deletes: 'elasticloadbalancing:DeleteLoadBalancer',
    resource: 'loadbalancer',
  },
  targetGroup: { title: 'target group', deletes: 'elasticloadbalancing:DeleteTargetGroup', resource: 'targetgroup' },
  networkInterface: {
    title: 'network interface',
    deletes: 'ec2:DeleteNetworkInterface',
    resource: 'network-interface',
  },
  securityGroup: { title: 'security group', deletes: 'ec2:DeleteSecurityGroup', resource: 'security-group' },
  volume: { title: 'EBS volume', deletes: 'ec2:DeleteVolume', resource: 'volume' },
  snapshot: { title: 'EBS snapshot', deletes: 'ec2:DeleteSnapshot', resource: 'snapshot' },
} as const satisfies Record<string, { title: string; deletes: string; resource: string }>;

/** The name of a kind in code. */
export type Kind = keyof typeof kinds;

/** Tags by key. With the value `undefined`, any value of the tag matches. */
export type RequiredTags = Readonly<Record<string, string | undefined>>;

/** The tags that prove that a program created a resource for one cluster. */
export interface Ownership {
  /** The program that creates the resource. */
  readonly maker: string;
  readonly kinds: readonly Kind[];
  /** The tags, all of which the resource must have. */
  tags(clusterName: string): RequiredTags;
  /** The prefix of the resource's name, where other resources have the same tags. @default any name */
  readonly namePrefix?: string;
  /** The source that documents the tags, and when it was read. */
  readonly source: string;
}

/**
 * All proofs of ownership. A resource without one of them is never touched. The tag `kubernetes.io/cluster/NAME=owned`
 * alone is not a proof, because EKS puts it on nodes too, and users put it on their own subnets and security groups.
 */
export const ownerships: readonly Ownership[] = [
  {
    maker: 'the AWS cloud provider, for Services of type LoadBalancer',
    kinds: ['classicLoadBalancer', 'loadBalancer', 'targetGroup'],
    tags: (clusterName) => ({
      [`kubernetes.io/cluster/${clusterName}`]: 'owned',
      'kubernetes.io/service-name': undefined,
    }),
    source: 'kubernetes/cloud-provider-aws, pkg/providers/v1/tags.go and aws_loadbalancer.go, read November 2026',
  },
  {
    maker: 'the AWS cloud provider, for its classic load balancers',
    kinds: ['securityGroup'],
    tags: (clusterName) => ({ [`kubernetes.io/cluster/${clusterName}`]: 'owned' }),
    namePrefix: 'k8s-elb-',
    source: 'kubernetes/cloud-provider-aws, pkg/providers/v1/aws.go, buildELBSecurityGroupList, read November 2026',
  },
  {
    maker: 'the AWS Load Balancer Controller',
    kinds: ['loadBalancer', 'targetGroup', 'securityGroup'],
    tags: (clusterName) => ({ 'elbv2.k8s.aws/cluster': clusterName }),
    source: 'kubernetes-sigs/aws-load-balancer-controller, pkg/deploy/tracking/provider.go, read November 2026',
  },
  {
    maker: 'the VPC CNI plugin',
    kinds: ['networkInterface'],
    tags: (clusterName) => ({
      'cluster.k8s.amazonaws.com/name': clusterName,
      'node.k8s.amazonaws.com/instance_id': undefined,
    }),
    source: 'aws/amazon-vpc-cni-k8s, README "ENI tags related to allocation" and pkg/awsutils, read November 2026',
  },
  {
    maker: 'the VPC resource controller of EKS, for pods with security groups of their own',
    kinds: ['networkInterface'],
    tags: (clusterName) => ({
      [`kubernetes.io/cluster/${clusterName}`]: 'owned',
      'eks:eni:owner': 'eks-vpc-resource-controller',
    }),
    source: 'aws/amazon-vpc-resource-controller-k8s, pkg/aws/ec2/api/eni_cleanup.go, read November 2026',
  },
  {
    // EKS deletes it with the cluster. If an interface still uses it at that moment, EKS does not try again.
    maker: 'EKS, as the security group of the cluster',
    kinds: ['securityGroup'],
    tags: (clusterName) => ({ 'aws:eks:cluster-name': clusterName }),
    source:
      'Amazon EKS User Guide, "Security group requirements"; aws/aws-k8s-tester pull request 416, read November 2026',
  },
  {
    maker: 'the EBS CSI driver',
    kinds: ['volume', 'snapshot'],
    tags: (clusterName) => ({
      'ebs.csi.aws.com/cluster': 'true',
      [`kubernetes.io/cluster/${clusterName}`]: 'owned',
    }),
    source: 'kubernetes-sigs/aws-ebs-csi-driver, docs/tagging.md, read November 2026',
  },
];

/** The proofs of ownership for a kind. */
export const ownershipsOf = (kind: Kind): readonly Ownership[] =>
  ownerships.filter((ownership) => ownership.kinds.includes(kind));

/** The tags and the name of a resource, from AWS. */
export interface Marks {
  readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
  /** @default no name */
  readonly name?: string | undefined;
}

/** Whether Kubernetes created this resource for this cluster. */
export function isOwned(kind: Kind, { tags = [], name = '' }: Marks, clusterName: string): boolean {
  const values = new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  return ownershipsOf(kind).some(
    (ownership) =>
      name.startsWith(ownership.namePrefix ?? '') &&
      Object.entries(ownership.tags(clusterName)).every(([key, value]) =>
        value === undefined ? values.has(key) : values.get(key) === value,
      ),
  );
}
