import {
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  type IpPermission,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { ownedFilters, vpcFilter } from './filters.ts';
import { failureOf } from './failures.ts';
import { isOwned } from './ownership.ts';
import { allOf, chunksOf, type Remover, type Search } from './search.ts';

/** Network interfaces. Only detached ones are removed. Attached ones are in use, so the removal waits for them. */
export const networkInterfaces: Remover = {
  kind: 'networkInterface',
  async find(search) {
    const { clients, clusterName, vpcId, signal: abortSignal } = search;
    const found = new Map<string, NetworkInterface>();
    for (const filters of ownedFilters('networkInterface', clusterName)) {
      const input = { Filters: [...filters, ...vpcFilter(vpcId)] };
      const pages = paginateDescribeNetworkInterfaces({ client: clients.ec2 }, input, { abortSignal });
      for (const each of await allOf(pages, (page) => page.NetworkInterfaces)) {
        if (isOwned('networkInterface', { tags: each.TagSet }, clusterName)) {
          found.set(each.NetworkInterfaceId ?? '', each);
        }
      }
    }
    return [...found].map(([id, { Status, Attachment }]) => ({
      kind: 'networkInterface',
      id,
      ...(Status !== 'available' && {
        held: `it is attached to ${Attachment?.InstanceId ?? 'something'}, which is not the stack's, or still ending`,
      }),
    }));
  },
  async remove({ clients, signal: abortSignal }, NetworkInterfaceId) {
    await clients.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }), { abortSignal });
  },
};

/**
 * Security groups. Rules of other groups that reference a group are revoked first, because AWS does not delete a
 * referenced group.
 */
export const securityGroups: Remover = {
  kind: 'securityGroup',
  async find(search) {
    const { clusterName, vpcId } = search;
    const ids = new Set<string>();
    for (const filters of ownedFilters('securityGroup', clusterName)) {
      for (const { GroupId = '', GroupName, Tags } of await groupsWith([...filters, ...vpcFilter(vpcId)], search)) {
        if (isOwned('securityGroup', { tags: Tags, name: GroupName }, clusterName)) ids.add(GroupId);
      }
    }
    return [...ids].map((id) => ({ kind: 'securityGroup', id }));
  },
  async remove(search, GroupId) {
    await revokeRulesNaming(GroupId, search);
    const { clients, signal: abortSignal } = search;
    try {
      await clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId }), { abortSignal });
    } catch (error) {
      // Somebody else's interface is not touched, but named: nobody finds it otherwise.
      if (error instanceof Error && error.name === 'DependencyViolation')
        error.message += await usersOf(GroupId, search);
      throw error;
    }
  },
};

/** The network interfaces that use a group, as the end of a sentence; empty when there are none. */
async function usersOf(groupId: string, { clients, signal: abortSignal }: Search): Promise<string> {
  const input = { Filters: [{ Name: 'group-id', Values: [groupId] }] };
  const pages = paginateDescribeNetworkInterfaces({ client: clients.ec2 }, input, { abortSignal });
  const users = (await allOf(pages, (page) => page.NetworkInterfaces)).map(
    ({ NetworkInterfaceId, Description }) => `${NetworkInterfaceId} (${Description || 'without a description'})`,
  );
  return users.length === 0 ? '' : `, which network interfaces use: ${users.join(', ')}`;
}

/**
 * The ids of the network interfaces that AWS keeps for some minutes after a load balancer was deleted. They have no
 * tags that prove ownership, so the removal waits for them, and does not remove them.
 *
 * @param descriptions of the interfaces, each `ELB` and the load balancer's name (Elastic Load Balancing User Guide,
 * "Network interfaces", read November 2026)
 */
export async function interfacesOf(descriptions: readonly string[], search: Search): Promise<readonly string[]> {
  const { clients, vpcId, signal: abortSignal } = search;
  const ids: string[] = [];
  // The limit of values in a filter of EC2.
  for (const Values of chunksOf(descriptions, 200)) {
    const input = { Filters: [{ Name: 'description', Values: [...Values] }, ...vpcFilter(vpcId)] };
    const pages = paginateDescribeNetworkInterfaces({ client: clients.ec2 }, input, { abortSignal });
    const found = await allOf(pages, (page) => page.NetworkInterfaces);
    ids.push(...found.map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? ''));
  }
  return ids;
}

const groupsWith = (
  Filters: NonNullable<Parameters<typeof paginateDescribeSecurityGroups>[1]['Filters']>,
  { clients, signal: abortSignal }: Search,
): Promise<readonly SecurityGroup[]> =>
  allOf(
    paginateDescribeSecurityGroups({ client: clients.ec2 }, { Filters }, { abortSignal }),
    (page) => page.SecurityGroups,
  );

async function revokeRulesNaming(id: string, search: Search): Promise<void> {
  const { clients, vpcId, signal: abortSignal } = search;
  const naming = (filter: string) => groupsWith([{ Name: filter, Values: [id] }, ...vpcFilter(vpcId)], search);
  for (const { GroupId, IpPermissions } of await naming('ip-permission.group-id')) {
    if (GroupId === id) continue;
    const input = { GroupId, IpPermissions: rulesNaming(id, IpPermissions) };
    await unlessGone(clients.ec2.send(new RevokeSecurityGroupIngressCommand(input), { abortSignal }));
  }
  for (const { GroupId, IpPermissionsEgress } of await naming('egress.ip-permission.group-id')) {
    if (GroupId === id) continue;
    const input = { GroupId, IpPermissions: rulesNaming(id, IpPermissionsEgress) };
    await unlessGone(clients.ec2.send(new RevokeSecurityGroupEgressCommand(input), { abortSignal }));
  }
}

/** The parts of these rules that reference a group, without their other sources. */
const rulesNaming = (id: string, rules: readonly IpPermission[] = []): IpPermission[] =>
  rules
    .filter(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.some(({ GroupId }) => GroupId === id))
    .map(({ IpProtocol, FromPort, ToPort }) => ({
      IpProtocol,
      FromPort,
      ToPort,
      UserIdGroupPairs: [{ GroupId: id }],
    }));

async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (failureOf(error).meaning !== 'gone') throw error;
  }
}
