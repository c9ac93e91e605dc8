/** A feature of pods that Fargate does not support. */
export interface Refusal {
  /** The name of the CEL variable with the offenders. */
  readonly name: string;
  /** A CEL expression: the names of the parts of a pod that use the feature, as a list of strings. */
  readonly offenders: string;
  /** Why Fargate refuses it, and what to do instead. */
  readonly sentence: string;
}

/**
 * The variables that the expressions use. `dyn`, because the fields of the kinds differ; `.?` and `orValue`, because
 * any field may be absent.
 */
export const variables: readonly { readonly name: string; readonly expression: string }[] = [
  {
    name: 'pod',
    expression:
      "dyn(object).kind == 'Pod' ? dyn(object).spec : " +
      "dyn(object).kind == 'CronJob' ? dyn(object).spec.jobTemplate.spec.template.spec : " +
      'dyn(object).spec.template.spec',
  },
  {
    name: 'containers',
    expression: ['containers', 'initContainers', 'ephemeralContainers']
      .map((field) => `variables.pod.?${field}.orValue([])`)
      .join(' + '),
  },
  { name: 'volumes', expression: 'variables.pod.?volumes.orValue([])' },
  {
    // Alternatives: a node has to match one of them.
    name: 'nodeTerms',
    expression:
      'variables.pod.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution' +
      '.?nodeSelectorTerms.orValue([])',
  },
];

/** The names of the containers, init containers and ephemeral containers that meet a condition on `c`. */
const containersWith = (condition: string): string => `variables.containers.filter(c, ${condition}).map(c, c.name)`;

/** The names of the volumes of a kind. */
const volumesOf = (kind: string): string => `variables.volumes.filter(v, has(v.${kind})).map(v, v.name)`;

/** The parts of a pod that require another value of this node label than the only one that Fargate nodes have. */
const nodesOtherThan = (label: string, value: string): string =>
  `(variables.pod.?nodeSelector[?'${label}'].orValue('${value}') != '${value}' ? ['nodeSelector'] : []) + ` +
  '(variables.nodeTerms.size() > 0 && variables.nodeTerms.all(term, ' +
  `term.?matchExpressions.orValue([]).exists(e, e.key == '${label}' && e.operator == 'In' && !('${value}' in e.values)))` +
  " ? ['nodeAffinity'] : [])";

/**
 * What Fargate can't run, in the order of validation: the API server reports the first refusal. The user guide does not
 * mention added capabilities, the host's process and IPC namespaces, host paths and inline CSI volumes. According to
 * users, Fargate's scheduler refuses these ("Pod not supported on Fargate": aws/containers-roadmap#1102,
 * frappe/helm#182, cert-manager/csi-driver#267).
 *
 * @see Amazon EKS User Guide, "Simplify compute management with AWS Fargate" (read November 2026):
 * https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
 */
export const refusals: readonly Refusal[] = [
  {
    name: 'daemonSets',
    offenders: "dyn(object).kind == 'DaemonSet' ? [dyn(object).metadata.name] : []",
    sentence:
      'Fargate runs no DaemonSets: each pod has a node of its own, with room for nothing else. ' +
      'Add the container to your pods as a sidecar, or use a namespace whose pods run on EC2.',
  },
  {
    name: 'privileged',
    offenders: containersWith('c.?securityContext.?privileged.orValue(false)'),
    sentence:
      'Fargate runs no privileged containers: the host belongs to AWS. ' +
      'Remove securityContext.privileged, or use a namespace whose pods run on EC2.',
  },
  {
    name: 'capabilities',
    offenders: containersWith('c.?securityContext.?capabilities.?add.orValue([]).size() > 0'),
    sentence:
      'Fargate gives a container no capabilities beyond its usual ones. ' +
      'Remove securityContext.capabilities.add, or use a namespace whose pods run on EC2.',
  },
  {
    name: 'hostNamespaces',
    offenders: "['hostNetwork', 'hostPID', 'hostIPC'].filter(field, variables.pod[?field].orValue(false))",
    sentence:
      "Fargate shares none of the host's namespaces with a pod: network, processes and IPC are the pod's own. " +
      'Remove the field, or use a namespace whose pods run on EC2.',
  },
  {
    name: 'hostPorts',
    offenders: containersWith(
      "c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) != 0 || p.?hostIP.orValue('') != '')",
    ),
    sentence: 'Fargate opens no ports on a host. Remove hostPort and hostIP, and reach the pod through a Service.',
  },
  {
    name: 'hostPaths',
    offenders: volumesOf('hostPath'),
    sentence: 'Fargate mounts nothing of the host. Use an emptyDir, or a claim on a volume of Amazon EFS.',
  },
  {
    name: 'ebsVolumes',
    offenders: volumesOf('awsElasticBlockStore'),
    sentence:
      'Fargate mounts no EBS volumes. Claim a volume of Amazon EFS, made beforehand, or use a namespace whose pods run on EC2.',
  },
  {
    name: 'ephemeralVolumes',
    offenders: volumesOf('ephemeral'),
    sentence:
      'Fargate has no volumes provisioned for a pod. ' +
      'Use an emptyDir (a pod has 20 GiB of storage of its own), or claim a volume of Amazon EFS, made beforehand.',
  },
  {
    name: 'csiVolumes',
    offenders: volumesOf('csi'),
    sentence:
      'Fargate mounts no inline CSI volumes: their drivers run as DaemonSets. ' +
      'Use a Secret, a ConfigMap or an emptyDir, or a namespace whose pods run on EC2.',
  },
  {
    name: 'devices',
    // Resources with a domain in their name, such as nvidia.com/gpu, are devices of a device plugin.
    offenders: containersWith("c.?resources.?limits.orValue({}).exists(resource, resource.contains('/'))"),
    sentence:
      'Fargate offers vCPU, memory and storage, but no GPU, Neuron or other device. ' +
      'Remove it from resources.limits, or use a namespace whose pods run on EC2.',
  },
  {
    name: 'architecture',
    offenders: nodesOtherThan('kubernetes.io/arch', 'amd64'),
    sentence:
      'Fargate runs pods of EKS on amd64 only, although it runs tasks of ECS on arm64. ' +
      'Use an image for amd64, or a namespace whose pods run on EC2.',
  },
  {
    name: 'operatingSystem',
    offenders:
      "(variables.pod.?os.?name.orValue('linux') != 'linux' ? ['os'] : []) + " +
      nodesOtherThan('kubernetes.io/os', 'linux'),
    sentence:
      'Fargate runs pods of EKS on Linux only, although it runs tasks of ECS on Windows. Use a namespace whose pods run on EC2.',
  },
  {
    name: 'spot',
    offenders:
      "['eks.amazonaws.com/capacityType', 'karpenter.sh/capacity-type']" +
      ".filter(label, variables.pod.?nodeSelector[?label].orValue('').lowerAscii() == 'spot')",
    sentence:
      'Fargate has no Spot capacity for EKS, although it has for ECS. ' +
      'Remove it from nodeSelector, or use a namespace whose pods run on EC2.',
  },
];
