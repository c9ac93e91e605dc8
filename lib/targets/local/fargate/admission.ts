import type { FargateProfile } from '../../../model/environment.ts';
import type { KubernetesRelease } from '../../../catalog/versions.ts';
import { simulatedLabel } from '../nodes.ts';
import { computeType, profileLabel, schedulerName } from './names.ts';

/** The name of EKS's own webhook, which this policy stands in for. */
const name = '0500-amazon-eks-fargate-mutation.amazonaws.com';

/** The priority of class system-node-critical. Who sets one has to set the other as well. */
const nodeCritical = 2_000_001_000;

/** An object and where it is in the API. */
export interface PlacedObject {
  readonly url: string;
  readonly object: object;
}

/**
 * What hands the pods of some profiles over to Fargate's scheduler: it sets what EKS's webhook sets (scheduler, label and
 * priority class; no toleration, because a scheduler of one's own heeds no taint). Pods of DaemonSets and pods that are
 * annotated for EC2 stay with the default scheduler, as on EKS.
 */
export function profilePolicy(
  profiles: readonly FargateProfile[],
  version: KubernetesRelease['mutatingAdmissionPolicy'],
): readonly PlacedObject[] {
  const apiVersion = `admissionregistration.k8s.io/${version}`;
  const metadata = { name, labels: simulatedLabel };
  const profileOf = Object.fromEntries(
    profiles.flatMap((profile) => profile.namespaces.map((namespace) => [namespace, profile.name])),
  );
  const spec = {
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    matchConstraints: {
      namespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: Object.keys(profileOf) }],
      },
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    matchConditions: [
      {
        name: 'not-of-a-daemonset',
        expression: "!object.metadata.?ownerReferences.orValue([]).exists(owner, owner.kind == 'DaemonSet')",
      },
      {
        name: 'not-kept-on-ec2',
        expression: `object.metadata.?annotations[?'${computeType}'].orValue('') != 'ec2'`,
      },
    ],
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: {
          expression: [
            'Object{',
            `  metadata: Object.metadata{labels: {'${profileLabel}': ${JSON.stringify(profileOf)}[request.namespace]}},`,
            '  spec: Object.spec{',
            `    schedulerName: '${schedulerName}',`,
            `    priorityClassName: 'system-node-critical',`,
            `    priority: ${nodeCritical}`,
            '  }',
            '}',
          ].join('\n'),
        },
      },
    ],
  };
  const urlOf = (plural: string) => `/apis/${apiVersion}/${plural}/${name}`;
  return [
    {
      url: urlOf('mutatingadmissionpolicies'),
      object: { apiVersion, kind: 'MutatingAdmissionPolicy', metadata, spec },
    },
    {
      url: urlOf('mutatingadmissionpolicybindings'),
      object: { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata, spec: { policyName: name } },
    },
  ];
}

/** A namespace with a ServiceAccount: without one it takes no pod, and its controller makes one rather late. */
export const namespaceForPods = (namespace: string): readonly PlacedObject[] => [
  {
    url: `/api/v1/namespaces/${namespace}`,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  },
  {
    url: `/api/v1/namespaces/${namespace}/serviceaccounts/default`,
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
  },
];
