import type { Filter } from '@aws-sdk/client-ec2';
import { type Kind, ownershipsOf } from './ownership.ts';

/** What EC2 is asked for, once for each proof of ownership: less to read, and what comes is looked at again. */
export const ownedFilters = (kind: Kind, clusterName: string): readonly Filter[][] =>
  ownershipsOf(kind).map((ownership) =>
    Object.entries(ownership.tags(clusterName)).map(([key, value]) =>
      value === undefined ? { Name: 'tag-key', Values: [key] } : { Name: `tag:${key}`, Values: [value] },
    ),
  );

/** Narrows what EC2 is asked for to one VPC. */
export const vpcFilter = (vpcId: string | undefined): Filter[] =>
  vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }];
