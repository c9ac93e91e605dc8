import type {
  KubernetesObject,
  V1Deployment,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1Service,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { Template } from 'aws-cdk-lib/assertions';
import { propertiesOf } from './synth.ts';

/** What ECS runs an application with, as far as a comparison reads it: properties in the template. */
export interface EcsSide {
  readonly taskDefinition: {
    readonly Cpu: string;
    readonly Memory: string;
    readonly ContainerDefinitions: readonly [
      {
        readonly Image: string;
        readonly EntryPoint?: readonly string[];
        readonly Command: readonly string[];
        readonly Environment?: readonly { readonly Name: string; readonly Value: string }[];
        readonly PortMappings: readonly [{ readonly Name: string; readonly ContainerPort: number }];
        readonly User: string;
        readonly StopTimeout: number;
        readonly HealthCheck: {
          readonly Command: readonly string[];
          readonly Interval: number;
          readonly Timeout: number;
          readonly Retries: number;
          readonly StartPeriod?: number;
        };
      },
    ];
  };
  readonly service: {
    readonly DesiredCount: number;
    readonly CapacityProviderStrategy: readonly [{ readonly CapacityProvider: unknown }];
    readonly PlacementStrategies?: readonly [{ readonly Type: string; readonly Field: string }];
    readonly DeploymentConfiguration: { readonly MinimumHealthyPercent: number; readonly MaximumPercent: number };
    readonly ServiceConnectConfiguration: {
      readonly Services: readonly [
        { readonly PortName: string; readonly ClientAliases: readonly [{ readonly Port: number }] },
      ];
    };
  };
  readonly scalableTarget: { readonly MinCapacity: number; readonly MaxCapacity: number };
  readonly scalingPolicy: {
    readonly TargetTrackingScalingPolicyConfiguration: {
      readonly TargetValue: number;
      readonly PredefinedMetricSpecification: { readonly PredefinedMetricType: string };
    };
  };
  readonly ingress: { readonly FromPort: number; readonly ToPort: number; readonly IpProtocol: string };
}

/** What Kubernetes runs an application with: the objects of its chart. */
export interface KubernetesSide {
  readonly deployment: V1Deployment;
  readonly service: V1Service;
  readonly autoscaler: V2HorizontalPodAutoscaler;
  readonly budget: V1PodDisruptionBudget;
  readonly networkPolicy: V1NetworkPolicy;
}

/** The name of the service that runs on EC2 instances, or on Fargate. */
export type EcsServiceName = 'web-on-ec2' | 'web-on-fargate';

/** The properties of the one resource of a type that has this in its properties. */
const only = (template: Template, type: string, text: string): unknown => {
  const found = propertiesOf(template, type).filter((properties) => JSON.stringify(properties).includes(text));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} hold ${text}.`);
  return found[0];
};

/** One of the services of an application in a template, with what belongs to it. */
export function ecsSideOf(template: Template, serviceName: EcsServiceName): EcsSide {
  const where = serviceName === 'web-on-ec2' ? 'OnEc2' : 'OnFargate';
  return {
    taskDefinition: only(template, 'AWS::ECS::TaskDefinition', ''),
    service: only(template, 'AWS::ECS::Service', `"${serviceName}"`),
    scalableTarget: only(template, 'AWS::ApplicationAutoScaling::ScalableTarget', where),
    scalingPolicy: only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy', where),
    ingress: only(template, 'AWS::EC2::SecurityGroupIngress', 'Service Connect'),
  } as EcsSide;
}

/** The objects of an application among those of its chart. */
export function kubernetesSideOf(objects: readonly KubernetesObject[]): KubernetesSide {
  const one = <T extends KubernetesObject>(kind: T['kind']): T => {
    const found = objects.filter((object) => object.kind === kind);
    if (found.length !== 1) throw new Error(`The chart has ${found.length} ${kind}.`);
    return found[0] as T;
  };
  return {
    deployment: one<V1Deployment>('Deployment'),
    service: one<V1Service>('Service'),
    autoscaler: one<V2HorizontalPodAutoscaler>('HorizontalPodAutoscaler'),
    budget: one<V1PodDisruptionBudget>('PodDisruptionBudget'),
    networkPolicy: one<V1NetworkPolicy>('NetworkPolicy'),
  };
}

/** The objects that the stack's kubectl applies. */
export const appliedBy = (template: Template): readonly KubernetesObject[] =>
  propertiesOf(template, 'Custom::AWSCDK-EKS-KubernetesResource').flatMap(
    ({ Manifest }) => JSON.parse(String(Manifest)) as KubernetesObject[],
  );
