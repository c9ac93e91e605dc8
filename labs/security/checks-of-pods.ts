import { AdmissionregistrationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed } from '../../lib/checks/cluster-objects.ts';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { harmlessPod, refusalOf } from './admission.ts';
import { legacy } from './objects.ts';
import { notRolledOut } from './checks-shared.ts';

/** The registry of allowed images, and a host whose name begins with that registry's name. */
const registry = 'registry.k8s.io';

const lookAlike = 'registry.k8s.io.example.com';

export const podSecurity: Check = async (cluster) => {
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

export const imagePolicy: Check = async (cluster) => {
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
