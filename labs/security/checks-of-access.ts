import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { may, ownUser, type Wish } from '../../lib/checks/access.ts';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { podNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady } from '../../lib/checks/conditions.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';

const rbac = 'rbac.authorization.k8s.io';

/** The audience of tokens for AWS. */
const awsAudience = 'sts.amazonaws.com';

/** The first of these permissions on which the API server decides wrongly. */
async function firstThatIs(
  allowed: boolean,
  cluster: Cluster,
  name: string,
  wishes: readonly Wish[],
): Promise<string | undefined> {
  for (const wish of wishes) {
    if ((await may(cluster, { namespace: cluster.namespace, name }, wish)) !== allowed) continue;
    const { verb, resource, subresource, namespace } = wish;
    const of = subresource === undefined ? '' : `/${subresource}`;
    return `${verb} ${resource}${of}${namespace === undefined ? '' : ` -n ${namespace}`}`;
  }
  return undefined;
}

/**
 * The verdict when a service account lacks a permission or has an extra one; undefined when its permissions are
 * correct.
 */
async function misfit(
  cluster: Cluster,
  name: string,
  should: readonly Wish[],
  shouldNot: readonly Wish[],
): Promise<Verdict | undefined> {
  const lacks = await firstThatIs(false, cluster, name, should);
  if (lacks !== undefined) {
    return failed({
      ja: `ServiceAccount ${name} に、まだ許されていないことがあります: ${lacks}`,
      en: `ServiceAccount ${name} may not do this yet: ${lacks}`,
    });
  }
  const excess = await firstThatIs(true, cluster, name, shouldNot);
  if (excess === undefined) return undefined;
  return failed({
    ja: `ServiceAccount ${name} に、余計なことが許されています: ${excess}`,
    en: `ServiceAccount ${name} may do more than it should: ${excess}`,
  });
}

export const identity: Question = {
  solution: `kubectl auth whoami -o jsonpath='{.status.userInfo.username}'`,
  async judge(cluster, answer) {
    const user = await ownUser(cluster);
    if (answer === user?.username) return passed;
    if (user?.groups?.includes(answer) === true) {
      return failed({
        ja: 'それは、あなたが属するグループの名前です。聞いているのはユーザー名です。',
        en: 'That is one of your groups. The question is about the user name.',
      });
    }
    if (answer === 'system:anonymous') {
      return failed({
        ja: 'それは、何も見せずに呼んだときの名前です。聞いているのは、この端末の kubectl が呼んだときの名前です。',
        en: "That is the name of a client without credentials. The question is about the user name of this terminal's kubectl.",
      });
    }
    return failed({
      ja: 'API サーバーは、あなたを別の名前で呼んでいます。認証が済んだあとの名前は、API サーバー自身に尋ねられます。',
      en: 'The API server knows you by another name. Ask it for the result of authentication.',
    });
  },
};

const reading: readonly Wish[] = [
  { verb: 'get', resource: 'pods' },
  { verb: 'list', resource: 'pods' },
  { verb: 'watch', resource: 'pods' },
  { verb: 'get', resource: 'pods', subresource: 'log' },
];

const never: readonly Wish[] = [
  { verb: 'create', resource: 'pods' },
  { verb: 'delete', resource: 'pods' },
  { verb: 'create', resource: 'pods', subresource: 'exec' },
  { verb: 'get', resource: 'secrets' },
  { verb: 'list', resource: 'pods', namespace: 'kube-system' },
];

const managing: readonly Wish[] = ['roles', 'rolebindings'].flatMap((resource) =>
  ['create', 'update', 'delete'].map((verb) => ({ verb, group: rbac, resource })),
);

const escalating: readonly Wish[] = [
  { verb: 'escalate', group: rbac, resource: 'roles' },
  { verb: 'bind', group: rbac, resource: 'roles' },
  { verb: 'bind', group: rbac, resource: 'clusterroles' },
  { verb: 'create', group: rbac, resource: 'rolebindings', namespace: 'kube-system' },
];

export const rights: Check = async (cluster) => {
  const { api, namespace } = cluster;
  for (const name of ['reader', 'team-lead']) {
    const account = await ifFound(api(CoreV1Api).readNamespacedServiceAccount({ name, namespace }));
    if (account === undefined) return missing(`ServiceAccount ${name}`);
  }
  return (
    (await misfit(cluster, 'reader', reading, [...never, ...managing])) ??
    (await misfit(cluster, 'team-lead', [...reading, ...managing], [...never, ...escalating])) ??
    // The permissions that the team lead may grant, because it has them itself.
    (await misfit(cluster, 'deputy', reading, [...never, ...managing])) ??
    passed
  );
};

/** The audiences of a pod's service account tokens; undefined stands for the API server. */
const audiencesOf = ({ spec }: V1Pod): (string | undefined)[] =>
  (spec?.volumes ?? [])
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ serviceAccountToken }) => (serviceAccountToken === undefined ? [] : [serviceAccountToken.audience]));

export const serviceAccounts: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const byDefault = await ifFound(api(CoreV1Api).readNamespacedServiceAccount({ name: 'default', namespace }));
  if (byDefault?.automountServiceAccountToken !== false) {
    return failed({
      ja: 'この名前空間では、何も書かない Pod に、まだ API サーバー向けのトークンが渡ります。',
      en: 'In this namespace, a pod still gets a token for the API server by default.',
    });
  }
  const pod = await podNamed(cluster, 'caller');
  if (pod === undefined) return missing('Pod caller');
  if (pod.spec?.serviceAccountName !== 'reader') {
    return failed({
      ja: 'Pod caller の ServiceAccount が reader ではありません。',
      en: 'Pod caller does not use ServiceAccount reader.',
    });
  }
  const audiences = audiencesOf(pod);
  if (audiences.some((audience) => audience !== awsAudience)) {
    return failed({
      ja: 'Pod caller が、API サーバーにも見せられるトークンを持っています。',
      en: 'Pod caller also has a token for the API server.',
    });
  }
  if (audiences.length === 0) {
    return failed({
      ja: `Pod caller が、${awsAudience} 宛てのトークンを持っていません。`,
      en: `Pod caller has no token with the audience ${awsAudience}.`,
    });
  }
  if (isReady(pod)) return passed;
  return failed({ ja: 'Pod caller がまだ Ready になっていません。', en: 'Pod caller is not ready yet.' });
};
