import { CoreV1Api, type V1Node } from '@kubernetes/client-node';
import { podNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady } from '../../lib/checks/conditions.ts';
import { requestsOf } from '../../lib/catalog/fargate-pod-size.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missingOrElsewhere } from '../../lib/checks/missing.ts';
import { controlPlaneLabel, nodesOf, workersOf, zoneLabel } from '../../lib/checks/nodes.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';
import { notReady } from './checks-shared.ts';

const inMillicores = (quantity = '0'): number => quantityIn(quantity, 1000n);

export const capacity: Question = {
  solution: [
    `NODE=$(kubectl get nodes -l '!${controlPlaneLabel}' -o jsonpath='{.items[0].metadata.name}')`,
    `kubectl describe node $NODE | awk '`,
    `  function milli(q) { return q ~ /m$/ ? q + 0 : q * 1000 }`,
    `  /^[A-Z]/ { part = $1 }`,
    `  $1 == "cpu:" && part == "Allocatable:" { allocatable = milli($2) }`,
    `  $1 == "cpu" && part == "Allocated" { print allocatable - milli($2) "m" }'`,
  ].join('\n'),
  async judge(cluster, answer) {
    const workers = await workersOf(cluster);
    const { items: pods } = await cluster.api(CoreV1Api).listPodForAllNamespaces();
    const allocatable = (node: V1Node | undefined) => inMillicores(node?.status?.allocatable?.cpu);
    const requested = (node: V1Node | undefined) =>
      pods
        .filter(({ spec }) => spec?.nodeName === node?.metadata?.name)
        .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
        .reduce((sum, pod) => sum + requestsOf(pod.spec ?? { containers: [] }).cpuMillis, 0);
    const free = (node: V1Node | undefined) => allocatable(node) - requested(node);
    const [first, ...others] = workers;
    const given = millicoresIn(answer);
    if (given === undefined) {
      return failed({
        ja: 'ミリコアの数ではありません。1234m の形で答えてください。',
        en: 'That is not a number of millicores. Answer in the form 1234m.',
      });
    }
    if (given === free(first)) return passed;
    if (given === requested(first)) {
      return failed({
        ja: 'それは、もう要求されている量です。聞いているのは残りです。',
        en: 'That is already requested. The question is what remains.',
      });
    }
    if (given === allocatable(first)) {
      return failed({
        ja: 'それは allocatable です。そこにいる Pod の requests をまだ引いていません。',
        en: 'That is the allocatable amount. Subtract the requests of the pods on the node.',
      });
    }
    if (given === inMillicores(first?.status?.capacity?.cpu) - requested(first)) {
      return failed({
        ja: 'マシンの容量から引いています。OS と kubelet の取り分は、Pod には割り当てられません。',
        en: "That is calculated from the machine's capacity. Pods can't use the part that is reserved for the system and the kubelet.",
      });
    }
    if (others.some((node) => given === free(node))) {
      return failed({
        ja: 'それは別のワーカーノードの残りです。',
        en: 'That is what remains on another worker node.',
      });
    }
    return failed({
      ja: '残りと合いません。CPU の allocatable と、requests の合計の差です（limits でも使用量でもありません）。',
      en: 'That is not what remains: allocatable CPU minus the sum of requests (neither limits nor usage).',
    });
  },
};

/**
 * The answer in millicores; undefined when it is not a quantity of CPU. A number without a unit counts as millicores
 * when it is too large for cores.
 */
function millicoresIn(answer: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(m?)$/.exec(answer) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return unit === 'm' || (!digits.includes('.') && value >= 100) ? value : Math.round(value * 1000);
}

export const printedPod: Check = async (cluster) => {
  const pod = await podNamed(cluster, 'printed');
  if (pod === undefined) return missingOrElsewhere('Pod printed', cluster.namespace);
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const expressions = terms.flatMap(({ matchExpressions }) => matchExpressions ?? []);
  if (pod.spec?.nodeSelector?.environment !== 'production' || expressions.length === 0) {
    return failed({
      ja: 'Pod printed に、教科書の 2 つの条件（nodeSelector と nodeAffinity）がそろっていません。条件を消すのではなく、満たしてください。',
      en: 'Pod printed does not have both conditions of the textbook (nodeSelector and nodeAffinity). Meet them instead of removing them.',
    });
  }
  const onZone = expressions.find(({ key, operator }) => key === zoneLabel && operator === 'In');
  if (onZone === undefined) {
    return failed({
      ja: 'Pod printed の nodeAffinity のキーが、ノードに実際に付いているゾーンのラベルではありません。',
      en: 'The key in the nodeAffinity of pod printed is not the label with which nodes say their zone.',
    });
  }
  if (!isReady(pod)) return notReady('Pod printed');
  const node = (await nodesOf(cluster)).find(({ metadata }) => metadata?.name === pod.spec?.nodeName);
  if (onZone.values?.includes(node?.metadata?.labels?.[zoneLabel] ?? '') === true) return passed;
  return failed({
    ja: 'Pod printed が、名指ししたゾーンの外で動いています。',
    en: 'Pod printed runs outside of the zones that it names.',
  });
};
