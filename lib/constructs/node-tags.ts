import { Tags } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Key of the tag by which the machines of a cluster are known, in AWS's own controllers too. Its value is `owned`. */
export const clusterTag = (clusterName: string): string => `kubernetes.io/cluster/${clusterName}`;

/** Tags a node, or what nodes are made from. */
export function tagNode(construct: IConstruct, clusterName: string, name: string): void {
  Tags.of(construct).add('Name', `${clusterName}-${name}`);
  Tags.of(construct).add(clusterTag(clusterName), 'owned');
}
