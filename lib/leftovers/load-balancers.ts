import {
  DeleteLoadBalancerCommand as DeleteClassicLoadBalancerCommand,
  DescribeTagsCommand as DescribeClassicTagsCommand,
  paginateDescribeLoadBalancers as paginateClassicLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeTagsCommand,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isOwned, type Kind } from './ownership.ts';
import { allOf, chunksOf, type Remover, type Search } from './search.ts';

/**
 * The limit of resources in a call of DescribeTags, for both services (Elastic Load Balancing API References,
 * "DescribeTags", read November 2026).
 */
const tagsAtOnce = 20;

/** Classic load balancers. Deleting one deletes its listeners. */
export const classicLoadBalancers: Remover = {
  kind: 'classicLoadBalancer',
  async find(search) {
    const { clients, clusterName, vpcId, signal: abortSignal } = search;
    const pages = paginateClassicLoadBalancers({ client: clients.elb }, {}, { abortSignal });
    const all = await allOf(pages, (page) => page.LoadBalancerDescriptions);
    const names = all.filter(({ VPCId }) => isIn(vpcId, VPCId)).map(({ LoadBalancerName }) => LoadBalancerName ?? '');
    const owned: string[] = [];
    for (const LoadBalancerNames of chunksOf(names, tagsAtOnce)) {
      const command = new DescribeClassicTagsCommand({ LoadBalancerNames: [...LoadBalancerNames] });
      const { TagDescriptions = [] } = await clients.elb.send(command, { abortSignal });
      for (const { LoadBalancerName = '', Tags } of TagDescriptions) {
        if (isOwned('classicLoadBalancer', { tags: Tags }, clusterName)) owned.push(LoadBalancerName);
      }
    }
    return owned.map((id) => ({ kind: 'classicLoadBalancer', id, interfaces: `ELB ${id}` }));
  },
  async remove({ clients, signal: abortSignal }, LoadBalancerName) {
    await clients.elb.send(new DeleteClassicLoadBalancerCommand({ LoadBalancerName }), { abortSignal });
  },
};

/** Application and network load balancers. Deleting one deletes its listeners and rules. */
export const loadBalancers: Remover = {
  kind: 'loadBalancer',
  async find(search) {
    const pages = paginateDescribeLoadBalancers({ client: search.clients.elbv2 }, {}, { abortSignal: search.signal });
    const all = await allOf(pages, (page) => page.LoadBalancers);
    const arns = all.filter(({ VpcId }) => isIn(search.vpcId, VpcId)).map(({ LoadBalancerArn }) => LoadBalancerArn);
    const owned = await ownedAmong('loadBalancer', arns, search);
    return owned.map((id) => ({ kind: 'loadBalancer', id, interfaces: `ELB ${id.split(':loadbalancer/')[1] ?? id}` }));
  },
  async remove({ clients, signal: abortSignal }, LoadBalancerArn) {
    await clients.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }), { abortSignal });
  },
};

/** Target groups. AWS deletes one only after the load balancer that forwards to it. */
export const targetGroups: Remover = {
  kind: 'targetGroup',
  async find(search) {
    const pages = paginateDescribeTargetGroups({ client: search.clients.elbv2 }, {}, { abortSignal: search.signal });
    const all = await allOf(pages, (page) => page.TargetGroups);
    const arns = all.filter(({ VpcId }) => isIn(search.vpcId, VpcId)).map(({ TargetGroupArn }) => TargetGroupArn);
    return (await ownedAmong('targetGroup', arns, search)).map((id) => ({ kind: 'targetGroup', id }));
  },
  async remove({ clients, signal: abortSignal }, TargetGroupArn) {
    await clients.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn }), { abortSignal });
  },
};

const isIn = (wanted: string | undefined, vpcId: string | undefined): boolean =>
  wanted === undefined || vpcId === wanted;

async function ownedAmong(
  kind: Kind,
  arns: readonly (string | undefined)[],
  { clients, clusterName, signal: abortSignal }: Search,
): Promise<readonly string[]> {
  const owned: string[] = [];
  for (const chunk of chunksOf(arns, tagsAtOnce)) {
    const ResourceArns = chunk.filter((arn) => arn !== undefined);
    const { TagDescriptions = [] } = await clients.elbv2.send(new DescribeTagsCommand({ ResourceArns }), {
      abortSignal,
    });
    for (const { ResourceArn = '', Tags } of TagDescriptions) {
      if (isOwned(kind, { tags: Tags }, clusterName)) owned.push(ResourceArn);
    }
  }
  return owned;
}
