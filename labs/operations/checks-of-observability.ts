import { ApiregistrationV1Api, AppsV1Api, CoreV1Api } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed } from '../../lib/checks/cluster-objects.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { workersOf } from '../../lib/checks/nodes.ts';
import { agentsNamespace, teamNamespace } from './objects.ts';
import { unreadyDeployment } from './checks-shared.ts';

/** The folder of a node with the output of its containers. */
const podLogs = '/var/log/pods';

/** The annotation in which the LimitRanger lists what it changed in a pod. */
const limitRanger = 'kubernetes.io/limit-ranger';

export const metrics: Question = {
  solution: `kubectl get apiservice v1beta1.metrics.k8s.io -o jsonpath='{.spec.service.namespace}/{.spec.service.name}'`,
  async judge({ api }, answer) {
    const { items } = await api(ApiregistrationV1Api).listAPIService();
    const served = items.find(({ spec }) => spec?.group === 'metrics.k8s.io' && spec.service !== undefined);
    const service = served?.spec?.service;
    if (service !== undefined && answer === `${service.namespace ?? ''}/${service.name ?? ''}`) return passed;
    if (service !== undefined && answer === service.name) {
      return failed({
        ja: '名前は合っています。名前空間も付けて答えてください。',
        en: 'The name is correct. Also give its namespace.',
      });
    }
    return failed({
      ja: 'その Service ではありません。API グループを誰が引き受けているかは、APIService というオブジェクトに書かれています。',
      en: 'Not that Service. An object of kind APIService says which Service handles requests for an API group.',
    });
  },
};

export const logs: Check = async (cluster) => {
  const { items } = await cluster.api(AppsV1Api).listNamespacedDaemonSet({ namespace: cluster.namespace });
  const name = 'log-agent';
  const agent = await ifFound(cluster.api(AppsV1Api).readNamespacedDaemonSet({ name, namespace: agentsNamespace }));
  if (agent === undefined) {
    return items.some(({ metadata }) => metadata?.name === name)
      ? failed({
          ja: `DaemonSet ${name} はラボの名前空間にあります。そこではノードのフォルダーを見る Pod が断られます。イベントを見てください。`,
          en: `DaemonSet ${name} is in the lab's namespace, which refuses pods that mount a folder of their node. See its events.`,
        })
      : missing(`DaemonSet ${name}`, agentsNamespace);
  }
  const pod = agent.spec?.template.spec;
  const volume = pod?.volumes?.find(({ hostPath }) => hostPath?.path === podLogs);
  const mount = pod?.containers
    .flatMap(({ volumeMounts }) => volumeMounts ?? [])
    .find((candidate) => candidate.name === volume?.name);
  if (volume === undefined || mount === undefined) {
    return failed({
      ja: `DaemonSet ${name} が、ノードの ${podLogs} を見ていません。`,
      en: `DaemonSet ${name} does not mount ${podLogs} of its node.`,
    });
  }
  if (mount.readOnly !== true) {
    return failed({
      ja: `DaemonSet ${name} が、ノードのログに書き込めてしまいます。読むだけにしてください。`,
      en: `DaemonSet ${name} could write to the logs of its node. Make the mount read-only.`,
    });
  }
  const workers = (await workersOf(cluster)).length;
  const ready = agent.status?.numberReady ?? 0;
  if (ready >= workers && agent.status?.observedGeneration === agent.metadata?.generation) return passed;
  return failed({
    ja: `DaemonSet ${name} の Pod が Ready なのは ${ready} 台です。ワーカーノードは ${workers} 台あります。`,
    en: `DaemonSet ${name} has a ready pod on ${ready} nodes. There are ${workers} worker nodes.`,
  });
};

export const limits: Check = async (cluster) => {
  const { api } = cluster;
  const namespace = teamNamespace;
  const quota = await ifFound(api(CoreV1Api).readNamespacedResourceQuota({ name: 'team', namespace }));
  if (quota === undefined) return missing('ResourceQuota team', namespace);
  for (const resource of ['requests.cpu', 'limits.memory']) {
    if (quota.spec?.hard?.[resource] !== undefined) continue;
    return failed({
      ja: `ResourceQuota team に ${resource} の上限がありません。`,
      en: `ResourceQuota team does not limit ${resource}.`,
    });
  }
  if ((await api(CoreV1Api).listNamespacedLimitRange({ namespace })).items.length === 0) {
    return missing('LimitRange', namespace);
  }
  const crowd = await deploymentNamed(cluster, 'crowd', namespace);
  if (crowd === undefined) return missing('Deployment crowd', namespace);
  const desired = crowd.spec?.replicas ?? 0;
  if (desired < 4) {
    return failed({
      ja: `Deployment crowd は ${desired} 個の Pod を求めています。減らすのではなく、4 個を動かしてください。`,
      en: `Deployment crowd wants ${desired} pods. Get 4 of them to run, and do not reduce the number.`,
    });
  }
  const refusal = crowd.status?.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (refusal !== undefined) {
    return failed({
      ja: 'Deployment crowd の Pod が、まだ断られています。理由は Deployment の状態（ReplicaFailure）に書かれています。',
      en: "Pods of Deployment crowd are still refused. The Deployment's status says why (ReplicaFailure).",
    });
  }
  const unready = unreadyDeployment(crowd);
  if (unready !== undefined) return unready;
  const { items } = await api(CoreV1Api).listNamespacedPod({ namespace, labelSelector: 'app=crowd' });
  if (items.every(({ metadata }) => metadata?.annotations?.[limitRanger] !== undefined)) return passed;
  return failed({
    ja: 'Deployment crowd の Pod の値は、LimitRange が書いたものではありません。何も書かない Pod に、既定値が付くようにしてください。',
    en: 'The requests of the pods of Deployment crowd do not come from the LimitRange. Let it set the requests that pods omit.',
  });
};
