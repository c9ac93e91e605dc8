import type { Filter } from '@aws-sdk/client-ec2';
import { type Kind, ownershipsOf } from './ownership.ts';

/**
 * One EC2 filter for each proof of ownership. Filters only reduce what is read: {@link isOwned} checks each result
 * again.
 */
export const ownedFilters = (kind: Kind, clusterName: string): readonly Filter[][] =>
  ownershipsOf(kind).map((ownership) =>
    Object.entries(ownership.tags(clusterName)).map(([key, value]) =>
      value === undefined ? { Name: 'tag-key', Values: [key] } : { Name: `tag:${key}`, Values: [value] },
    ),
  );

/** A filter for one VPC. */
export const vpcFilter = (vpcId: string | undefined): Filter[] =>
  vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }];
