import { CfnResource } from 'aws-cdk-lib/core';
import type { Chart } from 'cdk8s';
import type { Cluster, KubernetesManifest } from 'aws-cdk-lib/aws-eks-v2';
import type { IDependable } from 'constructs';

/** Properties of {@link applyChart}. */
export interface AppliedChartProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** The objects. */
  readonly chart: Chart;
  /**
   * What exists before the objects, and outlives them when the stack is deleted: nodes, so that pods are removed and not
   * abandoned; the driver, without which a volume is never released. @default nothing
   */
  readonly after?: readonly IDependable[];
}

/** Seconds that CloudFormation waits for kubectl: a minute more than the functions may take. Its own default is an hour. */
const serviceTimeout = 960;

/** Applies a cdk8s chart to a cluster when the stack is deployed, and deletes its objects with the stack. */
export function applyChart(id: string, { cluster, chart, after = [] }: AppliedChartProps): KubernetesManifest {
  const manifest = cluster.addCdk8sChart(id, chart);
  manifest.node.addDependency(...after);
  const resource = manifest.node.findAll().find((child) => CfnResource.isCfnResource(child));
  if (resource === undefined) throw new Error(`CDK made no custom resource for chart ${id}.`);
  resource.addPropertyOverride('ServiceTimeout', String(serviceTimeout));
  return manifest;
}
