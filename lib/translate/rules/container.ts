import type { V1Container, V1PodSpec } from '../kubernetes-types.ts';
import { approximate, exact, none } from '../finding.ts';
import { annotationKey, dnsLabel } from '../names.ts';
import { inOrder, type Plan, type PlannedContainer } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';
import { pullSecretName } from './secrets.ts';

/** Image, working directory and terminal of a container. */
export const basicsOf = ({ name, source }: PlannedContainer): V1Container => ({
  name,
  ...(source.image !== undefined && { image: source.image }),
  ...(source.workingDirectory !== undefined && { workingDir: source.workingDirectory }),
  ...(source.interactive === true && { stdin: true }),
  ...(source.pseudoTerminal === true && { tty: true }),
});

const inPod = (plan: Plan): readonly PlannedContainer[] => {
  const { before, beside } = inOrder(plan);
  return [...before, ...beside];
};

/** Host name and credentials of a registry, which are the pod's. */
export function podBasicsOf(plan: Plan): Partial<V1PodSpec> {
  const hostname = inPod(plan).find(({ source }) => source.hostname !== undefined)?.source.hostname;
  const withCredentials = inPod(plan).some(({ source }) => source.repositoryCredentials !== undefined);
  return {
    ...(hostname !== undefined && { hostname: dnsLabel(hostname) }),
    ...(withCredentials && { imagePullSecrets: [{ name: pullSecretName(plan) }] }),
  };
}

/** Docker labels of the containers, as annotations of the pod. */
export const podAnnotationsOf = (plan: Plan): Record<string, string> =>
  Object.fromEntries(
    inPod(plan).flatMap(({ source }) =>
      Object.entries(source.dockerLabels ?? {}).map(([key, value]) => [annotationKey(key), value] as const),
    ),
  );

const hasMovingTag = (image: string): boolean => {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return !image.includes('@') && (!last.includes(':') || last.endsWith(':latest'));
};

/** What a container is called, and what it runs. */
export const containerRules: Rules = {
  'containerDefinitions[].name': rule<string>(({ value, container }) =>
    value === container.name
      ? exact('名前はそのままです。', 'The name is kept.', { to: 'container.name', lab: 'workloads' })
      : approximate(
          `名前は DNS ラベルでなければならないため、${container.name} になりました。`,
          `Names have to be DNS labels, so it is ${container.name}.`,
          { to: 'container.name', lab: 'workloads' },
        ),
  ),
  'containerDefinitions[].image': rule<string>(({ value }) =>
    hasMovingTag(value)
      ? exact(
          'イメージは同じです。latest やタグなしでは、どのイメージが動いているか分かりません。動かないタグかダイジェストに変えることを勧めます。',
          'The same image. With latest or without a tag nobody knows what runs: use a tag that never moves, or a digest.',
          { todo: 'decide', to: 'container.image', lab: 'workloads' },
        )
      : exact(
          'イメージは同じです。Kubernetes は、ノードにすでにあればレジストリに問い合わせません。',
          'The same image. Kubernetes asks the registry only where a node does not have it yet.',
          { to: 'container.image', lab: 'workloads' },
        ),
  ),
  'containerDefinitions[].versionConsistency': rule<string>(({ value }) =>
    value === 'enabled'
      ? approximate(
          'ECS はデプロイごとにタグを 1 回だけ解決します。Kubernetes はノードが取得するたびに解決します。すべての Pod を同じイメージにするには、image にダイジェスト（@sha256:…）を書きます。',
          'ECS resolves a tag once for a deployment; Kubernetes does so at each pull, on each node. Write a digest (@sha256:…) into `image` to run one image everywhere.',
          { todo: 'decide', to: 'container.image', lab: 'workloads' },
        )
      : exact('どちらも取得のたびにタグを解決します。', 'Both sides resolve the tag at each pull.', {
          lab: 'workloads',
        }),
  ),
  'containerDefinitions[].repositoryCredentials.credentialsParameter': rule<string>(({ plan }) =>
    approximate(
      `Pod 全体の imagePullSecrets になります。Secret ${pullSecretName(plan)} は種類 kubernetes.io/dockerconfigjson で作ります。作り方は 1 つ: kubectl create secret docker-registry ${pullSecretName(plan)} --docker-server=SERVER --docker-username=USER --docker-password=PASSWORD。`,
      `It becomes imagePullSecrets, of the whole pod. Make Secret ${pullSecretName(plan)} of type kubernetes.io/dockerconfigjson, for example by: kubectl create secret docker-registry ${pullSecretName(plan)} --docker-server=SERVER --docker-username=USER --docker-password=PASSWORD.`,
      { todo: 'elsewhere', to: 'pod.imagePullSecrets', lab: 'security' },
    ),
  ),
  'containerDefinitions[].workingDirectory': exact('作業ディレクトリは同じです。', 'The same working directory.', {
    to: 'container.workingDir',
    lab: 'workloads',
  }),
  'containerDefinitions[].interactive': exact('標準入力を開いたままにします。', 'Standard input stays open.', {
    to: 'container.stdin',
    lab: 'workloads',
  }),
  'containerDefinitions[].pseudoTerminal': exact('端末を割り当てます。', 'It has a terminal.', {
    to: 'container.tty',
    lab: 'workloads',
  }),
  'containerDefinitions[].hostname': rule<string>(({ value, plan }) =>
    podBasicsOf(plan).hostname === dnsLabel(value)
      ? approximate(
          'Pod のホスト名になり、すべてのコンテナに共通です。',
          'It becomes the host name of the pod, the same in all containers.',
          { to: 'pod.hostname', lab: 'networking' },
        )
      : none(
          'Pod のホスト名は 1 つです。最初に始まるコンテナのホスト名を使いました。',
          'A pod has one host name: that of the container that starts first.',
          { todo: 'decide', lab: 'networking' },
        ),
  ),
  'containerDefinitions[].dockerLabels': approximate(
    'Pod のアノテーションになります。Docker のラベルを読むエージェント（Datadog、Traefik、Prometheus など）は、Kubernetes では別の名前のアノテーションを読みます。',
    'They become annotations of the pod. Agents that read Docker labels (Datadog, Traefik, Prometheus) read annotations of other names here.',
    { todo: 'decide', to: 'template.metadata.annotations', lab: 'workloads' },
  ),
};
