import type { Settings } from '../settings/settings.ts';
import type { Text } from '../core/text.ts';
import type { ClaimId } from '../claims/claims.ts';
import type { InstanceTypeName } from '../catalog/instance-types.ts';
import type { Billed } from '../catalog/prices.ts';
import type { ControlPlaneCount } from '../settings/quorum.ts';
import type { TargetName } from '../core/target-name.ts';
import type { AddOnName } from '../catalog/versions.ts';

/** A worker node of the environment on AWS. The local target simulates it. */
export interface NodeShape {
  /** The letter of its availability zone within the region, for example `a`. */
  readonly zone: string;
  readonly instanceType: InstanceTypeName;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Selects the pods that run on Fargate, as an EKS Fargate profile does: by namespace, and by labels if there are any.
 */
export interface FargateProfile {
  /**
   * The name within the cluster. The pods that the profile selects get it as the label
   * `eks.amazonaws.com/fargate-profile`.
   */
  readonly name: string;
  /** The namespaces whose pods run on Fargate. */
  readonly namespaces: readonly string[];
}

/** One diagram of the chapter. It holds only data and imports no CDK: `bin/app.ts` loads the stack when it needs it. */
export interface Environment {
  /** The name of the environment's local cluster. */
  readonly id: string;
  /** The name of its CloudFormation stack, as in `cdk deploy <stack>`. */
  readonly stack: string;
  /** The diagram or table of the chapter that the environment builds. */
  readonly diagram: ClaimId;
  readonly title: Text;
  /** The worker nodes with these settings. */
  nodes(settings: Settings): readonly NodeShape[];
  /** How many control planes the environment itself runs. @default none: AWS runs them */
  controlPlanes?(settings: Settings): ControlPlaneCount;
  /** The Fargate profiles with these settings. Without any, no pod runs on Fargate. */
  fargateProfiles(settings: Settings): readonly FargateProfile[];
  /** The resources of its stack that AWS bills by the hour with these settings. */
  billed(settings: Settings): readonly Billed[];
  /** The targets that the environment runs on. @default every target */
  readonly targets?: readonly TargetName[];
  /** The EKS add-ons whose pods learners find in kube-system on every target. */
  readonly addOns: readonly AddOnName[];
  /** The namespace of the environment's sample workload. */
  readonly sampleNamespace: string;
  /**
   * Whether the API server has no address outside of the network, so that clients reach it through a session with a
   * node.
   *
   * @default false: EKS has an endpoint
   */
  readonly reachedThroughNode?: boolean;
  /** Whether the environment has services of ECS. @default false */
  readonly usesEcs?: boolean;
  /**
   * Loads the objects, as YAML, that the environment has on every target in addition to those of its labs. @default
   * none
   */
  loadManifests?(settings: Settings): Promise<string>;
}
