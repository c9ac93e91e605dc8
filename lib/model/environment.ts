import type { Settings } from '../settings/settings.ts';
import type { Text } from '../core/text.ts';
import type { ClaimId } from '../claims/claims.ts';
import type { InstanceTypeName } from '../catalog/instance-types.ts';
import type { Billed } from '../catalog/prices.ts';
import type { ControlPlaneCount } from '../settings/quorum.ts';
import type { TargetName } from '../core/target-name.ts';
import type { AddOnName } from '../catalog/versions.ts';

/** A worker node as the environment would have it; the local target imitates it. */
export interface NodeShape {
  /** Letter of its availability zone within the region, for example `a`. */
  readonly zone: string;
  readonly instanceType: InstanceTypeName;
  readonly labels: Readonly<Record<string, string>>;
}

/** Pods that run on Fargate, as an EKS Fargate profile selects them: by namespace, and by labels if it has some. */
export interface FargateProfile {
  /** Name within the cluster; the local target shows it as the label `eks.amazonaws.com/fargate-profile`. */
  readonly name: string;
  /** Namespaces whose pods run on Fargate. */
  readonly namespaces: readonly string[];
}

/** One diagram of the chapter. Data only, free of CDK: its stack loads when `bin/app.ts` asks for it. */
export interface Environment {
  /** Names the environment's local cluster. */
  readonly id: string;
  /** Names its CloudFormation stack: `cdk deploy <stack>`. */
  readonly stack: string;
  /** The diagram or table of the chapter that it builds. */
  readonly diagram: ClaimId;
  readonly title: Text;
  /** The worker nodes under these settings. */
  nodes(settings: Settings): readonly NodeShape[];
  /** How many control planes it has of its own. @default none: AWS runs them */
  controlPlanes?(settings: Settings): ControlPlaneCount;
  /** The Fargate profiles under these settings; without any, no pod runs on Fargate. */
  fargateProfiles(settings: Settings): readonly FargateProfile[];
  /** What its stack is billed for by the hour under these settings. */
  billed(settings: Settings): readonly Billed[];
  /** Where it runs. @default every target */
  readonly targets?: readonly TargetName[];
  /** The EKS add-ons whose pods a learner finds in kube-system on every target. */
  readonly addOns: readonly AddOnName[];
  /** The namespace of the sample workload that the environment comes with. */
  readonly sampleNamespace: string;
  /**
   * Whether its API has no address outside of its network, so that one comes to it through a session with a node.
   *
   * @default false: an endpoint of EKS
   */
  readonly reachedThroughNode?: boolean;
  /** Objects as YAML that the environment has on every target, beside those of its labs. @default none */
  loadManifests?(settings: Settings): Promise<string>;
}
