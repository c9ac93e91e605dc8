import { CoreV1Api } from '@kubernetes/client-node';
import { missingOrElsewhere } from '../../lib/checks/missing.ts';
import { noDeployment, webDeployment } from '../../lib/checks/sample-workload.ts';
import type { Check, LabChecks, Question } from '../../lib/model/check.ts';
import { ifFound } from '../../lib/model/cluster.ts';
import { failed, passed } from '../../lib/model/verdict.ts';

const image: Question = {
  solution: "kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'",
  async judge(cluster, answer) {
    const web = await webDeployment(cluster);
    if (web === undefined) return noDeployment;
    if (web.spec?.template.spec?.containers[0]?.image === answer) return passed;
    return failed({
      ja: 'そのイメージではありません。Deployment の Pod テンプレートに書かれています。',
      en: 'That is not the image. The pod template of the Deployment has it.',
    });
  },
};

const greeting: Check = async ({ api, namespace }) => {
  const found = await ifFound(api(CoreV1Api).readNamespacedConfigMap({ name: 'greeting', namespace }));
  if (found === undefined) return missingOrElsewhere('ConfigMap greeting', namespace);
  if (found.data?.message === 'hello') return passed;
  return failed({
    ja: 'ConfigMap greeting の data.message が hello ではありません。',
    en: 'data.message of ConfigMap greeting is not hello.',
  });
};

/** The checks and questions of lab my-lab. */
export const checks: LabChecks = { checks: { greeting }, questions: { image } };
