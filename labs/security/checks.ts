import { AdmissionregistrationV1Api, CoreV1Api, type V1Container, type V1Pod } from '@kubernetes/client-node';
import { may, ownUser, type Wish } from '../../lib/checks/access.ts';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady, isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { harmlessPod, refusalOf } from './admission.ts';
import { legacy, secret } from './objects.ts';

const rbac = 'rbac.authorization.k8s.io';

/** The registry of allowed images, and a host whose name begins with that registry's name. */
const registry = 'registry.k8s.io';
const lookAlike = 'registry.k8s.io.example.com';

/** The audience of tokens for AWS. */
const awsAudience = 'sts.amazonaws.com';

const notRolledOut = (name: string): Verdict =>
  failed({
    ja: `Deployment ${name} の新しい Pod が、まだそろっていません。ReplicaSet のイベントが、Pod を作れない理由を言っているかもしれません。`,
    en: `Deployment ${name} does not have its new pods yet. Events of its ReplicaSet may say why they can't be created.`,
  });

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

const identity: Question = {
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

const rights: Check = async (cluster) => {
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

const serviceAccounts: Check = async (cluster) => {
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

const podSecurity: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const { metadata } = await api(CoreV1Api).readNamespace({ name: namespace });
  if (metadata?.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted') {
    return failed({
      ja: '名前空間が、restricted に合わない Pod をまだ断っていません（警告や監査だけでは断られません）。',
      en: 'The namespace does not yet refuse pods that are not "restricted" (warn and audit refuse nothing).',
    });
  }
  const deployment = await deploymentNamed(cluster, legacy);
  if (deployment === undefined) return missing(`Deployment ${legacy}`);
  if ((deployment.spec?.replicas ?? 0) === 0) {
    return failed({
      ja: `Deployment ${legacy} の Pod が 0 個です。止めるのではなく、root 以外で動かしてください。`,
      en: `Deployment ${legacy} wants no pods. Let it run as a user other than root, instead of not at all.`,
    });
  }
  if (!isRolledOut(deployment)) return notRolledOut(legacy);
  // Running pods may be older than the label, which applies only to new pods.
  const spec = deployment.spec?.template.spec;
  const refusal = spec === undefined ? undefined : await refusalOf(cluster, namespace, spec);
  if (refusal?.includes('PodSecurity') !== true) return passed;
  return failed({
    ja: `Deployment ${legacy} の Pod は、名前空間が断るようになる前に作られたものです。作り直すと断られます。`,
    en: `The pods of Deployment ${legacy} are older than the namespace's label. If they were recreated, they would be refused.`,
  });
};

const imagePolicy: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const name = 'security-image-sources';
  const policies = api(AdmissionregistrationV1Api);
  const policy = await ifFound(policies.readValidatingAdmissionPolicy({ name }));
  if (policy === undefined) {
    return failed({
      ja: `ValidatingAdmissionPolicy ${name} がありません。`,
      en: `There is no ValidatingAdmissionPolicy ${name}.`,
    });
  }
  const { items } = await policies.listValidatingAdmissionPolicyBinding();
  if (!items.some(({ spec }) => spec?.policyName === name)) {
    return failed({
      ja: 'ポリシーだけでは何も起きません。どこで、どう効かせるかを言うものがありません。',
      en: 'A policy alone does nothing. The object that says where and how it applies is missing.',
    });
  }
  const good = `${registry}/pause:3.10`;
  const refused = async (image: string, initImage?: string, where = namespace) =>
    (await refusalOf(cluster, where, harmlessPod(image, initImage)))?.includes(name) === true;
  if (await refused(good)) {
    return failed({
      ja: `許すはずの ${registry} のイメージまで断られています。`,
      en: `Images of ${registry} are refused too, but must be allowed.`,
    });
  }
  if (!(await refused('docker.io/library/nginx:1'))) {
    return failed({
      ja: 'ほかのレジストリのイメージが断られていません。警告だけになっていないでしょうか。',
      en: 'Images of other registries are not refused. Is there only a warning?',
    });
  }
  if (!(await refused(`${lookAlike}/nginx:1`))) {
    return failed({
      ja: `${registry} で始まる名前の、別のホストのイメージが通ります。`,
      en: `An image of another host, whose name begins with ${registry}, is admitted.`,
    });
  }
  if (!(await refused(good, 'docker.io/library/nginx:1'))) {
    return failed({
      ja: 'init コンテナのイメージは調べられていません。',
      en: 'Images of init containers are not checked.',
    });
  }
  if (await refused('docker.io/library/nginx:1', undefined, 'default')) {
    return failed({
      ja: 'このラボの外の名前空間でも断られています。ほかの人の Pod を巻き込みます。',
      en: "Pods outside of the lab's namespace are refused too. That affects other people's pods.",
    });
  }
  return passed;
};

const namesSecret = ({ env, envFrom }: V1Container): boolean =>
  (env ?? []).some(({ valueFrom }) => valueFrom?.secretKeyRef?.name === secret) ||
  (envFrom ?? []).some(({ secretRef }) => secretRef?.name === secret);

const secrets: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const found = await ifFound(api(CoreV1Api).readNamespacedSecret({ name: secret, namespace }));
  if (found === undefined) return missing(`Secret ${secret}`);
  if (found.metadata?.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] !== undefined) {
    return failed({
      ja: `Secret ${secret} の値の写しが、注釈にも残っています。`,
      en: `An annotation still contains a copy of Secret ${secret}.`,
    });
  }
  const deployment = await deploymentNamed(cluster, 'shop');
  if (deployment === undefined) return missing('Deployment shop');
  const spec = deployment.spec?.template.spec;
  if ([...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(namesSecret)) {
    return failed({
      ja: 'Deployment shop が、Secret を環境変数で渡しています。子プロセスやクラッシュの記録にも渡ります。',
      en: 'Deployment shop gets the Secret as an environment variable, which child processes and crash reports get too.',
    });
  }
  const volume = spec?.volumes?.find((each) => each.secret?.secretName === secret);
  const isMounted = spec?.containers.some(({ volumeMounts }) =>
    volumeMounts?.some(({ name }) => name === volume?.name),
  );
  if (volume === undefined || isMounted !== true) {
    return failed({
      ja: `Deployment shop が、Secret ${secret} をファイルとして受け取っていません。`,
      en: `Deployment shop does not get Secret ${secret} as files.`,
    });
  }
  if (((volume.secret?.defaultMode ?? 0o644) & 0o007) !== 0) {
    return failed({
      ja: 'Secret のファイルが、コンテナの中の誰からでも読めるモードになっています。',
      en: 'The mode of the files lets every user in the container read them.',
    });
  }
  if (found.immutable !== true) {
    return failed({
      ja: `Secret ${secret} は、まだ書き換えられます。`,
      en: `Secret ${secret} can still be changed.`,
    });
  }
  return isRolledOut(deployment) ? passed : notRolledOut('shop');
};

const audit: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const wish: Wish = { verb: 'get', resource: 'secrets', name: secret, namespace };
  for (const stranger of ['default', 'kube-system']) {
    if (!(await may(cluster, { namespace: stranger, name: 'default' }, wish))) continue;
    return failed({
      ja: `名前空間 ${stranger} の ServiceAccount が、Secret ${secret} をまだ読めます。`,
      en: `A service account of namespace ${stranger} can still read Secret ${secret}.`,
    });
  }
  if (await may(cluster, { namespace, name: 'default' }, wish)) {
    return failed({
      ja: `この名前空間の ServiceAccount default は、まだ Secret ${secret} を読めます。`,
      en: `ServiceAccount default of this namespace can still read Secret ${secret}.`,
    });
  }
  if (!(await may(cluster, { namespace, name: 'default' }, { verb: 'get', resource: 'configmaps' }))) {
    return failed({
      ja: '閉めるのは、開けっ放しの扉だけです。この名前空間の ServiceAccount が ConfigMap を読む権限まで、なくなっています。',
      en: "This namespace's service accounts can't read ConfigMaps any more. Remove only the permission that is too wide.",
    });
  }
  if ((await ifFound(api(CoreV1Api).readNamespacedSecret({ name: secret, namespace }))) !== undefined) return passed;
  return missing(`Secret ${secret}`);
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: {
    rbac: rights,
    'service-accounts': serviceAccounts,
    'pod-security': podSecurity,
    'image-policy': imagePolicy,
    secrets,
    audit,
  },
  questions: { identity },
};
