import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** The name of the policy and of its binding. */
export const loadBalancerPolicy = 'load-balancers-closed';

/**
 * The annotation of an internal load balancer for the cloud controller that EKS runs. It does not support
 * `aws-load-balancer-scheme`, the annotation of the AWS Load Balancer Controller (kubernetes/cloud-provider-aws,
 * pkg/providers/v1/aws.go, read November 2026).
 */
export const internalAnnotation = 'service.beta.kubernetes.io/aws-load-balancer-internal';

/**
 * A policy that refuses a Service of type LoadBalancer which would be open to the internet by default: without the
 * annotation and without source ranges, EKS creates a load balancer in the public subnets that every address can reach.
 *
 * The chart does not use the generated types: cdk8s-plus-27 has the two kinds only as v1alpha1.
 */
export class LoadBalancerAdmission extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { disableResourceNameHashes: true });
    const metadata = { name: loadBalancerPolicy };
    new ApiObject(this, 'Policy', { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec });
    new ApiObject(this, 'Binding', {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: loadBalancerPolicy, validationActions: ['Deny'] },
    });
  }
}

const annotations = (object: string) => `${object}.metadata.?annotations.orValue({})`;

const spec = {
  failurePolicy: 'Fail',
  matchConstraints: {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] },
    ],
  },
  matchConditions: [
    { name: 'load-balancer', expression: "object.spec.type == 'LoadBalancer'" },
    {
      // Otherwise a controller could not even remove the finalizer of a Service that is older than the policy.
      name: 'new-or-changed',
      expression:
        "request.operation == 'CREATE' || object.spec != oldObject.spec || " +
        `${annotations('object')} != ${annotations('oldObject')}`,
    },
  ],
  validations: [
    {
      expression:
        `${annotations('object')}[?'${internalAnnotation}'].orValue('') == 'true' || ` +
        'object.spec.?loadBalancerSourceRanges.orValue([]).size() > 0',
      message:
        'The load balancer of this Service would be open to the world. ' +
        `Keep it inside of the VPC with the annotation ${internalAnnotation}: "true", ` +
        'or say in spec.loadBalancerSourceRanges which addresses may reach it.',
    },
  ],
};

/** The policy as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const loadBalancerAdmission = (): LoadBalancerAdmission =>
  new LoadBalancerAdmission(new App(), 'LoadBalancerAdmission');

/** The policy as YAML, for `kubectl apply`. */
export function loadBalancerAdmissionYaml(): string {
  const app = new App();
  new LoadBalancerAdmission(app, 'LoadBalancerAdmission');
  return app.synthYaml();
}
