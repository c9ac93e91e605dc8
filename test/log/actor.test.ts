import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { actorOf } from '../../lib/log/actor.ts';

/** What is read of an event. */
interface Event {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent: string;
  readonly objectRef: { readonly resource: string; readonly subresource?: string };
}

/** Events of a real audit log, the first write of each author, without what could be secret. */
const eventsOf = (file: string): readonly Event[] =>
  readFileSync(path.join(import.meta.dirname, 'fixtures', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);

/** Who did what in a log: `controller replicaset-controller: create pods`. */
const authorsIn = (file: string): readonly string[] =>
  eventsOf(file).map(({ verb, user, userAgent, objectRef: { resource, subresource } }) => {
    const { kind, name } = actorOf({ username: user.username, userAgent });
    return `${kind} ${name}: ${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
  });

test('on local, where all components share one certificate', () => {
  expect(authorsIn('audit-local.jsonl')).toEqual([
    'api-server kube-apiserver: create configmaps',
    'labs kwokctl: create services',
    'user kubectl: patch nodes',
    'kwok kwok: patch nodes/status',
    'controller service-account-controller: create serviceaccounts',
    'controller service-cidrs-controller: patch servicecidrs',
    'controller ttl-controller: patch nodes',
    'controller root-ca-cert-publisher: create configmaps',
    'controller deployment-controller: create replicasets',
    'controller daemon-set-controller: create controllerrevisions',
    'controller clusterrole-aggregation-controller: patch clusterroles',
    'controller node-controller: patch nodes',
    'controller endpoint-controller: create endpoints',
    'controller endpointslice-controller: create endpointslices',
    'controller replicaset-controller: create pods',
    'scheduler kube-scheduler: create pods/binding',
    'controller validatingadmissionpolicy-status-controller: patch validatingadmissionpolicies/status',
    'controller disruption-controller: update poddisruptionbudgets/status',
    'controller horizontal-pod-autoscaler: update deployments/scale',
  ]);
});

test('on linux, with three control planes', () => {
  expect(authorsIn('audit-linux.jsonl')).toEqual([
    'kubelet control-plane-1: deletecollection resourceslices',
    'kubeadm kubeadm: create clusterrolebindings',
    'api-server kube-apiserver: create prioritylevelconfigurations',
    'kubeadm kubeadm: create clusterrolebindings',
    'controller kube-controller-manager: create serviceaccounts',
    'controller node-controller: patch nodes',
    'controller bootstrap-signer: update configmaps',
    'controller root-ca-cert-publisher: create configmaps',
    'controller service-account-controller: create serviceaccounts',
    'controller clusterrole-aggregation-controller: patch clusterroles',
    'controller certificate-controller: update certificatesigningrequests/approval',
    'controller ttl-controller: patch nodes',
    'controller daemon-set-controller: create controllerrevisions',
    'controller endpointslice-controller: create endpointslices',
    'scheduler kube-scheduler: create pods/binding',
    'controller endpoint-controller: create endpoints',
    'controller deployment-controller: create replicasets',
    'controller service-cidrs-controller: patch servicecidrs',
    'controller replicaset-controller: create pods',
    'kubelet kubelet: create certificatesigningrequests',
    'kubelet worker-1: deletecollection resourceslices',
    'kubelet worker-2: create nodes',
    'controller disruption-controller: update poddisruptionbudgets/status',
    'controller horizontal-pod-autoscaler: update horizontalpodautoscalers/status',
    // A kubelet whose certificate is not there yet is nobody, and refused.
    'other kubelet: deletecollection resourceslices',
    'kubelet control-plane-2: create nodes',
    'kubelet control-plane-3: create nodes',
    'controller generic-garbage-collector: delete replicasets',
  ]);
});

const manager = (controller: string) =>
  `kube-controller-manager/v1.35.4 (linux/amd64) kubernetes/1a2b3c4/system:serviceaccount:kube-system:${controller}`;
const kubectl = 'kubectl/v1.36.3 (darwin/arm64) kubernetes/1a2b3c4';

// Users: https://docs.aws.amazon.com/eks/latest/userguide/default-roles-users.html and its earlier versions (November 2026).
describe('on EKS, as AWS documents its users', () => {
  test.each([
    ['eks:fargate-scheduler', 'fargate-scheduler/v0.0.0 (linux/amd64) kubernetes/$Format', 'eks', 'fargate-scheduler'],
    ['eks:node-manager', 'authenticatorManager/v0.0.0', 'eks', 'node-manager'],
    ['eks:addon-manager', 'Go-http-client/2.0', 'eks', 'addon-manager'],
    ['eks:certificate-controller', 'eks-certificates-controller/v0.0.0', 'eks', 'certificate-controller'],
    ['eks:cloud-controller-manager', 'aws-cloud-controller-manager/v1.35', 'eks', 'cloud-controller-manager'],
    ['eks:k8s-metrics', 'eks-k8s-metrics/v0.0.0', 'eks', 'k8s-metrics'],
    ['eks:cluster-bootstrap', kubectl, 'eks', 'cluster-bootstrap'],
    ['eks:support-engineer', kubectl, 'eks', 'support-engineer'],
    ['eks:pod-identity-mutating-webhook', 'amazon-eks-pod-identity-webhook/v0', 'eks', 'pod-identity-mutating-webhook'],
    [
      'system:serviceaccount:kube-system:eks-vpc-resource-controller',
      'controller/v0',
      'eks',
      'eks-vpc-resource-controller',
    ],
    [
      'system:serviceaccount:kube-system:tagging-controller',
      'aws-cloud-controller-manager/v1',
      'eks',
      'tagging-controller',
    ],
    [
      'system:serviceaccount:kube-system:replicaset-controller',
      manager('replicaset-controller'),
      'controller',
      'replicaset-controller',
    ],
    [
      'system:serviceaccount:kube-system:generic-garbage-collector',
      manager('generic-garbage-collector'),
      'controller',
      'generic-garbage-collector',
    ],
    [
      'system:serviceaccount:kube-system:aws-load-balancer-controller',
      'controller/v2.13',
      'service-account',
      'kube-system/aws-load-balancer-controller',
    ],
    [
      'system:serviceaccount:kube-system:ebs-csi-controller-sa',
      'csi-provisioner/v5',
      'service-account',
      'kube-system/ebs-csi-controller-sa',
    ],
    [
      'system:node:ip-10-0-1-7.ec2.internal',
      'kubelet/v1.35.4 (linux/amd64) kubernetes/1a2b3c4',
      'kubelet',
      'ip-10-0-1-7.ec2.internal',
    ],
    ['system:node:fargate-ip-10-0-1-9.ec2.internal', 'kubelet/v1.35.4', 'kubelet', 'fargate-ip-10-0-1-9.ec2.internal'],
    [
      'system:kube-scheduler',
      'kube-scheduler/v1.35.4 (linux/amd64) kubernetes/1a2b3c4/scheduler',
      'scheduler',
      'kube-scheduler',
    ],
    [
      'system:kube-controller-manager',
      'kube-controller-manager/v1.35.4 (linux/amd64) kubernetes/1a2b3c4/leader-election',
      'controller',
      'leader-election',
    ],
    ['arn:aws:sts::111122223333:assumed-role/EksEc2-AdminRole/me', kubectl, 'user', 'kubectl'],
    [
      'arn:aws:sts::111122223333:assumed-role/EksEc2-AdminRole/me',
      'labs/v1.36.3 (linux/amd64) kubernetes/1a2b3c4',
      'labs',
      'labs',
    ],
  ])('%s with %s', (username, userAgent, kind, name) => {
    expect(actorOf({ username, userAgent })).toEqual({ kind, name });
  });
});

describe('users and programs that are not what they seem', () => {
  test.each([
    [
      'a pod with the name of a controller',
      'system:serviceaccount:kube-system:my-controller',
      'python-requests/2.0',
      'service-account',
      'kube-system/my-controller',
    ],
    [
      'a pod of another namespace that claims to be the controller manager',
      'system:serviceaccount:shop:replicaset-controller',
      manager('replicaset-controller'),
      'service-account',
      'shop/replicaset-controller',
    ],
    ['a pod that claims to be kubectl', 'system:serviceaccount:shop:web', kubectl, 'service-account', 'shop/web'],
    ['somebody with curl', 'jane', 'curl/8.5.0', 'user', 'curl'],
    ['nobody', 'system:anonymous', 'curl/8.5.0', 'other', 'curl'],
    ['nobody without a program', 'system:anonymous', '', 'other', 'system:anonymous'],
    ['nothing at all', '', '', 'other', ''],
  ])('%s', (_, username, userAgent, kind, name) => {
    expect(actorOf({ username, userAgent })).toEqual({ kind, name });
  });

  test('somebody who acts as somebody else is both', () => {
    expect(actorOf({ username: 'jane', userAgent: kubectl, impersonated: 'system:serviceaccount:shop:web' })).toEqual({
      kind: 'user',
      name: 'kubectl',
      as: 'system:serviceaccount:shop:web',
    });
  });
});
