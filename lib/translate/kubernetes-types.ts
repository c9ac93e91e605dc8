import type * as client from '@kubernetes/client-node';

/**
 * An object of the client's types that no constructor has to make: objects here are literals, to be written and compared.
 */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { [Field in keyof T]: Plain<T[Field]> }
    : T;

export type V1ConfigMap = Plain<client.V1ConfigMap>;
export type V1Container = Plain<client.V1Container>;
export type V1DaemonSetSpec = Plain<client.V1DaemonSetSpec>;
export type V1DeploymentSpec = Plain<client.V1DeploymentSpec>;
export type V1EnvFromSource = Plain<client.V1EnvFromSource>;
export type V1EnvVar = Plain<client.V1EnvVar>;
export type V1HTTPGetAction = Plain<client.V1HTTPGetAction>;
export type V1HostAlias = Plain<client.V1HostAlias>;
export type V1NetworkPolicy = Plain<client.V1NetworkPolicy>;
export type V1NodeSelectorRequirement = Plain<client.V1NodeSelectorRequirement>;
export type V1ObjectMeta = Plain<client.V1ObjectMeta>;
export type V1PersistentVolume = Plain<client.V1PersistentVolume>;
export type V1PersistentVolumeClaim = Plain<client.V1PersistentVolumeClaim>;
export type V1PersistentVolumeClaimSpec = Plain<client.V1PersistentVolumeClaimSpec>;
export type V1PodDisruptionBudget = Plain<client.V1PodDisruptionBudget>;
export type V1PodSecurityContext = Plain<client.V1PodSecurityContext>;
export type V1PodSpec = Plain<client.V1PodSpec>;
export type V1PodTemplateSpec = Plain<client.V1PodTemplateSpec>;
export type V1Probe = Plain<client.V1Probe>;
export type V1ResourceRequirements = Plain<client.V1ResourceRequirements>;
export type V1Role = Plain<client.V1Role>;
export type V1SecurityContext = Plain<client.V1SecurityContext>;
export type V1Service = Plain<client.V1Service>;
export type V1ServiceAccount = Plain<client.V1ServiceAccount>;
export type V1ServicePort = Plain<client.V1ServicePort>;
export type V1StorageClass = Plain<client.V1StorageClass>;
export type V1TopologySpreadConstraint = Plain<client.V1TopologySpreadConstraint>;
export type V1Volume = Plain<client.V1Volume>;
export type V1VolumeMount = Plain<client.V1VolumeMount>;
export type V2HorizontalPodAutoscaler = Plain<client.V2HorizontalPodAutoscaler>;
export type V2MetricSpec = Plain<client.V2MetricSpec>;
