import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { FargateProfile } from '../lib/model/environment.ts';
import { refusals, variables } from './fargate-refusals.ts';

/** What the policies need to know. */
export interface FargateAdmissionProps {
  /** The cluster's profiles. Their namespaces are what the policies watch over, but for kube-system, which is EKS's own. */
  readonly profiles: readonly FargateProfile[];
}

/**
 * Policies that refuse what Fargate can't run when it is applied, with a sentence that says why and what to do instead.
 * Without them such a pod is admitted, stays Pending, and says why in an event of its own only. Workloads are refused as
 * well as pods, because whoever applies a Deployment never sees the error that its pods meet later.
 *
 * Generated types are not used here: those of cdk8s-plus-27 know the two kinds as v1alpha1 only.
 */
export class FargateAdmission extends Chart {
  constructor(scope: Construct, id: string, { profiles }: FargateAdmissionProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const namespaces = profiles.flatMap((profile) => profile.namespaces).filter((name) => name !== 'kube-system');
    if (namespaces.length === 0) {
      throw new Error(
        'No profile has a namespace but kube-system, for which the policies do not apply. Leave them out.',
      );
    }
    this.policy('fargate-pods', namespaces, pods);
    // A cluster without storage classes has none that makes volumes which Fargate can't mount.
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

/** `dyn`, here and in the variables: the kinds differ in their fields, and one expression serves them all. */
const changed = {
  name: 'new-or-changed',
  expression: "request.operation == 'CREATE' || dyn(object).spec != dyn(oldObject).spec",
};

const pods = {
  failurePolicy: 'Fail',
  matchConstraints: {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
      // What `kubectl debug` adds to a pod that runs.
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
  // Otherwise a controller could not even take the finalizer off a workload that is older than the policy.
  matchConditions: [changed],
  variables: [...variables, ...refusals.map(({ name, offenders }) => ({ name, expression: offenders }))],
  validations: refusals.map(({ name, sentence }) => ({
    expression: `variables.${name}.size() == 0`,
    message: sentence,
    messageExpression: `${JSON.stringify(`${sentence} Found in: `)} + variables.${name}.join(', ') + '.'`,
  })),
};

/** Provisioners of volumes that Fargate can't mount (Amazon EKS User Guide, "AWS Fargate": no EBS, no FSx for Lustre). */
const provisioners = ['ebs.csi.aws.com', 'ebs.csi.eks.amazonaws.com', 'kubernetes.io/aws-ebs', 'fsx.csi.aws.com'];

/**
 * A pod names its claim, and the claim its storage class: only the class says what kind of volume comes of it. So claims
 * are looked at, each beside every storage class of the cluster. A claim for Amazon EFS passes: Fargate mounts that.
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
      // A StatefulSet's claims get the default class only when they are made.
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

/** The policies as a chart of their own, for a cluster that takes cdk8s charts. */
export const fargateAdmission = (profiles: readonly FargateProfile[]): FargateAdmission =>
  new FargateAdmission(new App(), 'FargateAdmission', { profiles });

/** The policies as YAML, for `kubectl apply`. */
export function fargateAdmissionYaml(profiles: readonly FargateProfile[]): string {
  const app = new App();
  new FargateAdmission(app, 'FargateAdmission', { profiles });
  return app.synthYaml();
}
