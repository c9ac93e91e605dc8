import type { V1Container, V1ObjectMeta, V1PodSpec, V1PodTemplateSpec } from './kubernetes-types.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { inOrder, type Plan, type PlannedContainer } from './plan.ts';
import { commandOf } from './rules/command.ts';
import { basicsOf, podAnnotationsOf, podBasicsOf } from './rules/container.ts';
import { daemonStrategyOf, deploymentStrategyOf, disruptionBudgetOf } from './rules/deployment.ts';
import { snapshotsOf, storageClassesOf } from './rules/ebs-volumes.ts';
import { configMapsOf, variableFilesOf, variablesOf } from './rules/environment.ts';
import { probesOf } from './rules/health.ts';
import { annotationsOf, labelsOf, selectorOf } from './rules/identity.ts';
import { anyStatusWillDo, lifecycleOf, podLifecycleOf } from './rules/lifecycle.ts';
import { servicesOf, targetGroupBindingsOf } from './rules/load-balancing.ts';
import { nameResolutionOf } from './rules/name-resolution.ts';
import { networkOf, networkPolicyOf } from './rules/network-mode.ts';
import { placementOf } from './rules/placement.ts';
import { portsOf } from './rules/ports.ts';
import { serviceAccountOf } from './rules/roles.ts';
import { autoscalerOf } from './rules/scaling.ts';
import { cronScheduleOf } from './rules/schedule.ts';
import { externalSecretsOf, secretVariablesOf } from './rules/secrets.ts';
import { podSecurityContextOf, securityContextOf } from './rules/security.ts';
import { execRoleOf } from './rules/service.ts';
import { sharedNamespacesOf } from './rules/shared-namespaces.ts';
import { podResourcesOf, resourcesOf } from './rules/sizes.ts';
import { fileSystemObjectsOf, mountsOf, volumesOf } from './rules/volumes.ts';
import { platformOf } from './rules/where.ts';

/** The objects of a translation. */
export interface Objects {
  /** Objects of Kubernetes itself, in the order in which they are applied. */
  readonly objects: readonly KubernetesObject[];
  /** Objects that an operator or a controller has to be installed for. */
  readonly addOns: readonly KubernetesObject[];
}

/** Seconds that a finished Job stays, so that its logs can be read: a day. */
const jobLifetime = 86_400;

/** A container, its fields in the order in which people read them. */
function containerOf(plan: Plan, container: PlannedContainer): V1Container {
  const env = [...variablesOf(container), ...secretVariablesOf(plan, container)];
  const envFrom = variableFilesOf(plan, container);
  const { restartPolicy, restartPolicyRules, ...lifecycle } = lifecycleOf(plan, container);
  const volumeMounts = mountsOf(plan, container);
  const securityContext = securityContextOf(container, plan);
  const resources = resourcesOf(container, plan);
  const { name, image, ...basics } = basicsOf(container);
  return {
    name,
    ...(image !== undefined && { image }),
    ...(restartPolicy !== undefined && { restartPolicy }),
    ...(restartPolicyRules !== undefined && { restartPolicyRules }),
    ...commandOf(container, anyStatusWillDo(plan, container)),
    ...basics,
    ...portsOf(container),
    ...(envFrom.length > 0 && { envFrom }),
    ...(env.length > 0 && { env }),
    ...(resources !== undefined && { resources }),
    ...probesOf(plan, container),
    ...lifecycle,
    ...(securityContext !== undefined && { securityContext }),
    ...(volumeMounts.length > 0 && { volumeMounts: [...volumeMounts] }),
  };
}

function podSpecOf(plan: Plan): V1PodSpec {
  const { before, beside } = inOrder(plan);
  const volumes = volumesOf(plan);
  const resources = podResourcesOf(plan);
  const securityContext = podSecurityContextOf(plan);
  return {
    serviceAccountName: plan.name,
    automountServiceAccountToken: false,
    // Variables with the addresses of all Services, which tasks of ECS don't have.
    enableServiceLinks: false,
    ...podLifecycleOf(plan),
    ...platformOf(plan),
    ...placementOf(plan),
    ...networkOf(plan),
    ...nameResolutionOf(plan),
    ...sharedNamespacesOf(plan),
    ...podBasicsOf(plan),
    ...(Object.keys(securityContext).length > 0 && { securityContext }),
    ...(resources !== undefined && { resources }),
    ...(before.length > 0 && { initContainers: before.map((container) => containerOf(plan, container)) }),
    containers: beside.map((container) => containerOf(plan, container)),
    ...(volumes.length > 0 && { volumes: [...volumes] }),
  };
}

function templateOf(plan: Plan): V1PodTemplateSpec {
  const annotations = podAnnotationsOf(plan);
  return {
    metadata: { labels: labelsOf(plan), ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: podSpecOf(plan),
  };
}

function workloadOf(plan: Plan): KubernetesObject {
  const metadata = { name: plan.name, labels: labelsOf(plan), annotations: annotationsOf(plan) };
  const template = templateOf(plan);
  const selector = { matchLabels: selectorOf(plan) };
  const job = { backoffLimit: 0, ttlSecondsAfterFinished: jobLifetime, template };
  switch (plan.kind) {
    case 'Deployment': {
      const replicas = plan.autoscaled ? {} : { replicas: plan.input.service?.desiredCount ?? 1 };
      const spec = { ...replicas, selector, ...deploymentStrategyOf(plan), template };
      return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
    }
    case 'DaemonSet':
      return {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata,
        spec: { selector, ...daemonStrategyOf(plan), template },
      };
    case 'Job':
      return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job };
    case 'CronJob': {
      const { expression, timeZone = 'Etc/UTC' } = plan.input.schedule!;
      const { schedule } = cronScheduleOf(expression);
      const spec = { schedule, timeZone, concurrencyPolicy: 'Forbid', jobTemplate: { spec: job } };
      return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec };
    }
  }
}

/** All objects of a plan. */
export function objectsOf(plan: Plan): Objects {
  const optional = [networkPolicyOf(plan), disruptionBudgetOf(plan), autoscalerOf(plan), execRoleOf(plan)];
  const typed: readonly { readonly metadata?: V1ObjectMeta }[] = [
    serviceAccountOf(plan),
    ...configMapsOf(plan),
    ...storageClassesOf(plan),
    ...fileSystemObjectsOf(plan),
    workloadOf(plan),
    ...servicesOf(plan),
    ...optional.filter((object) => object !== undefined),
  ];
  return {
    objects: typed as readonly KubernetesObject[],
    addOns: [...externalSecretsOf(plan), ...snapshotsOf(plan), ...targetGroupBindingsOf(plan)],
  };
}
