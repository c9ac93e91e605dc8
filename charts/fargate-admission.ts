import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { FargateProfile } from '../lib/model/environment.ts';
import { refusals, variables } from './fargate-refusals.ts';

/** Properties of {@link FargateAdmission}. */
export interface FargateAdmissionProps {
  /**
   * The cluster's Fargate profiles. The policies apply to their namespaces, except kube-system, which belongs to EKS.
   */
  readonly profiles: readonly FargateProfile[];
}

/**
 * Policies that refuse what Fargate can't run at admission, with a sentence that says why and what to do instead.
 * Without them, such a pod is admitted and stays Pending, and only an event of the pod says why. Workloads are refused
 * as well as pods, because a user who applies a Deployment does not see the errors of its pods.
 *
 * The chart does not use the generated types: cdk8s-plus-27 has the two kinds only as v1alpha1.
 */
export class FargateAdmission extends Chart {
  constructor(scope: Construct, id: string, { profiles }: FargateAdmissionProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const namespaces = profiles.flatMap((profile) => profile.namespaces).filter((name) => name !== 'kube-system');
    if (namespaces.length === 0) {
      throw new Error(
        'No profile has a namespace other than kube-system, to which the policies do not apply. Omit the policies.',
      );
    }
    this.policy('fargate-pods', namespaces, pods);
    // A cluster without storage classes has no class whose volumes Fargate can't mount.
    this.policy('fargate-claims', namespaces, claims, { paramRef: { selector: {}, parameterNotFoundAction: 'Allow' } });
  }

  private policy(name: string, namespaces: readonly string[], spec: object, binding: object = {}): void {
    const apiVersion = 'admissionregistration.k8s.io/v1';
    new ApiObject(this, name, { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec });
    new ApiObject(this, `${name}-binding`, {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }],
          },
        },
        ...binding,
      },
    });
  }
}

/** `dyn`, here and in the variables, because one expression is for kinds with different fields. */
const changed = {
  name: 'new-or-changed',
  expression: "request.operation == 'CREATE' || dyn(object).spec != dyn(oldObject).spec",
};

const pods = {
  failurePolicy: 'Fail',
  matchConstraints: {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
      // `kubectl debug` adds ephemeral containers to a running pod.
      { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/ephemeralcontainers'] },
      {
        apiGroups: ['apps'],
        apiVersions: ['v1'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
      },
      { apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['jobs', 'cronjobs'] },
    ],
  },
  // Otherwise a controller could not even remove the finalizer of a workload that is older than the policy.
  matchConditions: [changed],
  variables: [...variables, ...refusals.map(({ name, offenders }) => ({ name, expression: offenders }))],
  validations: refusals.map(({ name, sentence }) => ({
    expression: `variables.${name}.size() == 0`,
    message: sentence,
    messageExpression: `${JSON.stringify(`${sentence} Found in: `)} + variables.${name}.join(', ') + '.'`,
  })),
};

/**
 * The provisioners of volumes that Fargate can't mount: EBS and FSx for Lustre (Amazon EKS User Guide, "AWS Fargate").
 */
const provisioners = ['ebs.csi.aws.com', 'ebs.csi.eks.amazonaws.com', 'kubernetes.io/aws-ebs', 'fsx.csi.aws.com'];

/**
 * Validates claims, because a pod names only its claim, the claim names its storage class, and the class decides the
 * kind of volume. Each claim is compared with every storage class of the cluster. Claims for Amazon EFS are admitted:
 * Fargate mounts them.
 */
const claims = {
  failurePolicy: 'Fail',
  paramKind: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' },
  matchConstraints: {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['persistentvolumeclaims'] },
      { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['statefulsets'] },
    ],
  },
  variables: [
    {
      name: 'claims',
      expression:
        "dyn(object).kind == 'PersistentVolumeClaim' ? [dyn(object).spec] : " +
        'dyn(object).spec.?volumeClaimTemplates.orValue([]).map(template, template.spec)',
    },
    {
      // The claims of a StatefulSet get the default class only when they are created.
      name: 'classIfNoneIsNamed',
      expression:
        "params.metadata.?annotations[?'storageclass.kubernetes.io/is-default-class'].orValue('') == 'true' " +
        "? params.metadata.name : ''",
    },
  ],
  validations: [
    {
      expression:
        `!(params.provisioner in ${JSON.stringify(provisioners)}) || !variables.claims.exists(claim, ` +
        'claim.?storageClassName.orValue(variables.classIfNoneIsNamed) == params.metadata.name)',
      message: 'Fargate mounts no volumes of EBS or FSx. Use Amazon EFS, or a namespace whose pods run on EC2.',
      messageExpression:
        `"Fargate mounts no volumes that " + params.provisioner + " makes, as storage class " + params.metadata.name + ` +
        `" has it. Claim a volume of Amazon EFS, made beforehand, or use a namespace whose pods run on EC2."`,
    },
  ],
};

/** The policies as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const fargateAdmission = (profiles: readonly FargateProfile[]): FargateAdmission =>
  new FargateAdmission(new App(), 'FargateAdmission', { profiles });

/** The policies as YAML, for `kubectl apply`. */
export function fargateAdmissionYaml(profiles: readonly FargateProfile[]): string {
  const app = new App();
  new FargateAdmission(app, 'FargateAdmission', { profiles });
  return app.synthYaml();
}
