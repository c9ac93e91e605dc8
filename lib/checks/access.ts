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
import { made } from './made.ts';

/** A service account, as the API server's authorizers know it. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What somebody wants to do to which objects; without a namespace, in the account's own. */
export type Wish = Pick<V1ResourceAttributes, 'verb' | 'group' | 'resource' | 'subresource' | 'name' | 'namespace'>;

/** Whether the API server would let a service account do that. It decides as it would for a request, and keeps nothing. */
export async function may({ api }: Cluster, { namespace, name }: Account, wish: Wish): Promise<boolean> {
  const spec = made(V1SubjectAccessReviewSpec, {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    resourceAttributes: made(V1ResourceAttributes, { namespace, group: '', version: '*', ...wish }),
  });
  const body = made(V1SubjectAccessReview, { spec });
  const { status } = await api(AuthorizationV1Api).createSubjectAccessReview({ body });
  return status?.allowed === true;
}

/** Who the API server takes the user of this client for. */
export async function ownUser({ api }: Cluster): Promise<V1UserInfo | undefined> {
  const { status } = await api(AuthenticationV1Api).createSelfSubjectReview({ body: new V1SelfSubjectReview() });
  return status?.userInfo;
}
