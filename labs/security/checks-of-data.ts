import { CoreV1Api, type V1Container } from '@kubernetes/client-node';
import { may, type Wish } from '../../lib/checks/access.ts';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed } from '../../lib/checks/cluster-objects.ts';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { secret } from './objects.ts';
import { notRolledOut } from './checks-shared.ts';

const namesSecret = ({ env, envFrom }: V1Container): boolean =>
  (env ?? []).some(({ valueFrom }) => valueFrom?.secretKeyRef?.name === secret) ||
  (envFrom ?? []).some(({ secretRef }) => secretRef?.name === secret);

export const secrets: Check = async (cluster) => {
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

export const audit: Check = async (cluster) => {
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
