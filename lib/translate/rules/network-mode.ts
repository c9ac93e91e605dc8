import type { V1NetworkPolicy, V1PodSpec } from '../kubernetes-types.ts';
import { approximate, exact, none } from '../finding.ts';
import { labelsOf, selectorOf } from './identity.ts';
import type { Plan } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

/** The part of a pod that a network mode decides. */
export const networkOf = ({ input }: Plan): Partial<V1PodSpec> =>
  input.taskDefinition.networkMode === 'host' ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {};

const isCutOff = ({ input, containers }: Plan): boolean =>
  input.taskDefinition.networkMode === 'none' || containers.some(({ source }) => source.disableNetworking === true);

/** The counterpart of security groups, and of a task without a network; undefined where there is nothing to say. */
export function networkPolicyOf(plan: Plan): V1NetworkPolicy | undefined {
  const groups = plan.input.service?.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [];
  const ports = plan.containers
    .filter(({ role }) => role !== 'dropped')
    .flatMap((container) => container.ports)
    .map(({ containerPort, protocol }) => ({ port: containerPort, protocol }));
  const policy = (spec: Omit<NonNullable<V1NetworkPolicy['spec']>, 'podSelector'>): V1NetworkPolicy => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: plan.name, labels: labelsOf(plan) },
    spec: { podSelector: { matchLabels: selectorOf(plan) }, ...spec },
  });
  if (isCutOff(plan)) return policy({ policyTypes: ['Ingress', 'Egress'] });
  if (groups.length === 0 || ports.length === 0 || plan.input.taskDefinition.networkMode === 'host') return undefined;
  return policy({ policyTypes: ['Ingress'], ingress: [{ ports }] });
}

const proxy = none(
  'App Mesh の設定です。App Mesh のサポートは 2026 年 9 月に終了しました。メッシュが必要なら、Istio や Linkerd が名前空間のラベルに従ってプロキシを注入します。VPC Lattice は AWS Gateway API Controller で使えます。',
  "A setting of App Mesh, whose support ended in September 2026. If you need a mesh, Istio or Linkerd inject a proxy by a namespace's label; VPC Lattice works through the AWS Gateway API Controller.",
  { lab: 'networking' },
);

/** The network of a task and of a pod. */
export const networkModeRules: Rules = {
  networkMode: rule<string>(({ value }) => {
    switch (value) {
      case 'awsvpc':
        return approximate(
          'Pod は VPC のアドレスを 1 つずつ持ちます（VPC CNI）。ただし ENI はノードのもので、SecurityGroupPolicy がなければノードのセキュリティグループに従います。',
          "Each pod has an address of the VPC (VPC CNI). Its network interface is the node's, though, and so are its security groups unless a SecurityGroupPolicy selects the pod.",
          { lab: 'networking' },
        );
      case 'host':
        return approximate(
          'hostNetwork になります。クラスターの DNS を使えるように dnsPolicy も設定しました。Pod Security の baseline では拒否され、EKS Fargate でも使えません。',
          'It becomes hostNetwork, with a dnsPolicy that keeps the cluster DNS. Pod Security baseline refuses it, and EKS Fargate does not run it.',
          { todo: 'decide', to: 'pod.hostNetwork', lab: 'networking' },
        );
      case 'none':
        return approximate(
          'Pod には必ずネットワークがあります。代わりに、すべての通信を拒否する NetworkPolicy を作りました。CNI が NetworkPolicy を実施する設定でなければ効きません。',
          'A pod always has a network. A NetworkPolicy that allows nothing takes its place; it needs a CNI that enforces policies.',
          { todo: 'elsewhere', to: 'NetworkPolicy.spec.policyTypes', lab: 'networking' },
        );
      default:
        return approximate(
          'bridge ではコンテナごとにネットワーク名前空間があります。Pod のコンテナは 1 つを共有するため、localhost で通信でき、同じポートは使えません。',
          'In bridge mode each container has a network namespace of its own. The containers of a pod share one: they reach each other by localhost, and no two can use the same port.',
          { lab: 'networking' },
        );
    }
  }),
  'containerDefinitions[].disableNetworking': rule<boolean>(({ value }) =>
    value
      ? approximate(
          '1 つのコンテナだけネットワークを切ることはできません。Pod 全体の通信を拒否する NetworkPolicy を作りました。これでよいか確認してください。',
          "One container alone can't be cut off: containers of a pod share their network. A NetworkPolicy cuts off the whole pod; decide whether that is right.",
          { todo: 'decide', to: 'NetworkPolicy.spec.policyTypes', lab: 'networking' },
        )
      : exact('ネットワークはそのままです。', 'The container has its network.', { lab: 'networking' }),
  ),
  ...forAll(
    [
      'proxyConfiguration.type',
      'proxyConfiguration.containerName',
      'proxyConfiguration.properties[].name',
      'proxyConfiguration.properties[].value',
    ],
    proxy,
  ),
  'service.networkConfiguration.awsvpcConfiguration.subnets[]': none(
    'Pod のサブネットは、ノード（Fargate ではプロファイル）のサブネットです。ノードグループかプロファイルで選びます。',
    "A pod's subnet is that of its node, or of its Fargate profile. Choose it there.",
    { lab: 'networking' },
  ),
  'service.networkConfiguration.awsvpcConfiguration.securityGroups[]': rule<string>(({ value, plan }) =>
    approximate(
      `${value} の規則は読んでいません。NetworkPolicy の骨組みは、コンテナのポートへの受信をすべての送信元から許可します。from に送信元を加えてください。グループそのものを使うには SecurityGroupPolicy がありますが、t 系のインスタンスと Auto Mode では使えません。`,
      `The rules of ${value} were not read. The NetworkPolicy is a skeleton that allows the container's ports from everywhere: add the sources under \`from\`. To keep the group itself, use a SecurityGroupPolicy, which t instances and Auto Mode do not support.`,
      {
        todo: 'decide',
        lab: 'security',
        ...(networkPolicyOf(plan)?.spec?.ingress !== undefined && { to: 'NetworkPolicy.spec.ingress' }),
      },
    ),
  ),
  'service.networkConfiguration.awsvpcConfiguration.assignPublicIp': none(
    'Pod はパブリックアドレスを持ちません。外への通信は NAT ゲートウェイか、パブリックサブネットのノードを通ります。',
    'A pod has no public address. It reaches the internet through a NAT gateway, or through a node in a public subnet.',
    { lab: 'networking' },
  ),
};
