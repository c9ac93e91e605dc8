import {
  AuthenticationV1Api,
  AuthorizationV1Api,
  V1ResourceAttributes,
  V1SelfSubjectReview,
  V1SubjectAccessReview,
  V1SubjectAccessReviewSpec,
  type V1UserInfo,
} from '@kubernetes/client-node';
import type { Cluster } from '../model/cluster.ts';
import { newObject } from './new-object.ts';

/** A service account whose permissions are looked at. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** A verb and the objects that it applies to; by default in the service account's namespace. */
export type Wish = Pick<V1ResourceAttributes, 'verb' | 'group' | 'resource' | 'subresource' | 'name' | 'namespace'>;

/** Whether a service account may do that. The API server decides as for a request, and stores nothing. */
export async function may({ api }: Cluster, { namespace, name }: Account, wish: Wish): Promise<boolean> {
  const spec = newObject(V1SubjectAccessReviewSpec, {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    resourceAttributes: newObject(V1ResourceAttributes, { namespace, group: '', version: '*', ...wish }),
  });
  const body = newObject(V1SubjectAccessReview, { spec });
  const { status } = await api(AuthorizationV1Api).createSubjectAccessReview({ body });
  return status?.allowed === true;
}

/** The user that the API server authenticates this client as. */
export async function ownUser({ api }: Cluster): Promise<V1UserInfo | undefined> {
  const { status } = await api(AuthenticationV1Api).createSelfSubjectReview({ body: new V1SelfSubjectReview() });
  return status?.userInfo;
}
