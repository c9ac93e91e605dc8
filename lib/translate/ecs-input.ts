import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

/** The container definition of a request. */
export type ContainerDefinition = NonNullable<RegisterTaskDefinitionRequest['containerDefinitions']>[number];

/** The health check of a target group, as `aws elbv2 describe-target-groups` prints it. */
export interface TargetGroup {
  readonly targetGroupArn: string;
  readonly targetType?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly healthCheckEnabled?: boolean;
  readonly healthCheckProtocol?: string;
  readonly healthCheckPort?: string;
  readonly healthCheckPath?: string;
  readonly healthCheckIntervalSeconds?: number;
  readonly healthCheckTimeoutSeconds?: number;
  readonly healthyThresholdCount?: number;
  readonly unhealthyThresholdCount?: number;
}

/** A scaling policy, as `aws application-autoscaling describe-scaling-policies` prints it. */
export interface ScalingPolicy {
  readonly policyName: string;
  readonly policyType: string;
  /** Of target tracking: `ECSServiceAverageCPUUtilization` and the like; undefined for a metric of one's own. */
  readonly predefinedMetric?: string;
  readonly targetValue?: number;
  readonly scaleInCooldown?: number;
  readonly scaleOutCooldown?: number;
  readonly disableScaleIn?: boolean;
}

/** How a service scales. */
export interface Scaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly policies: readonly ScalingPolicy[];
}

/** When a task runs: an expression of EventBridge. */
export interface Schedule {
  /** `cron(0 3 * * ? *)`, `rate(5 minutes)`. */
  readonly expression: string;
  /** @default UTC */
  readonly timeZone?: string;
}

/** What is translated. Only the task definition is required. */
export interface EcsInput {
  readonly taskDefinition: RegisterTaskDefinitionRequest;
  readonly service?: CreateServiceRequest;
  readonly targetGroups?: readonly TargetGroup[];
  readonly scaling?: Scaling;
  readonly schedule?: Schedule;
  /** Whether the task runs once, as with RunTask. @default false */
  readonly once?: boolean;
  /** The revision that ECS gave the task definition. */
  readonly revision?: number;
  /** Fields that ECS recorded and nobody asked for; the findings name them. */
  readonly recorded?: readonly string[];
  /** The newest Kubernetes version alone may be assumed. @default fields that all supported versions know */
  readonly newestKubernetes?: boolean;
}

/** The containers of an input. */
export const containersOf = (input: EcsInput): readonly ContainerDefinition[] =>
  input.taskDefinition.containerDefinitions ?? [];
