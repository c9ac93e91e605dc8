import type { V1Service, V1ServicePort } from '../kubernetes-types.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { approximate, exact, input, none } from '../finding.ts';
import { labelsOf, selectorOf } from './identity.ts';
import { dnsLabel } from '../names.ts';
import { runsOn, type Plan } from '../plan.ts';
import type { PlannedPort } from '../planned-ports.ts';
import { forAll, rule, type Rules } from '../rule.ts';
import { connectServicesOf } from './service-connect.ts';

const isJob = ({ kind }: Plan): boolean => kind === 'Job' || kind === 'CronJob';

/** The ports that a Service has: those of a service's load balancers and registries, or all that are mapped. */
function servedPorts(plan: Plan): readonly PlannedPort[] {
  const { service, taskDefinition } = plan.input;
  const ports = plan.containers
    .filter(runsOn)
    .flatMap((container) => container.ports.map((port) => ({ container, port })));
  if (isJob(plan) || plan.kind === 'DaemonSet' || taskDefinition.networkMode === 'host') {
    if ((service?.loadBalancers ?? []).length === 0 && (service?.serviceRegistries ?? []).length === 0) return [];
  }
  if (service === undefined) return ports.map(({ port }) => port);
  const balancers = service.loadBalancers ?? [];
  const registries = service.serviceRegistries ?? [];
  if (balancers.length === 0 && registries.length === 0) return [];
  // A registry without a port stands for the address, so each port counts.
  const all = registries.some(({ containerPort, port }) => containerPort === undefined && port === undefined);
  return ports
    .filter(
      ({ container, port }) =>
        all ||
        [...balancers, ...registries].some(
          ({ containerName, containerPort, ...more }) =>
            (containerName === undefined || containerName === container.source.name) &&
            (containerPort ?? ('port' in more ? more.port : undefined)) === port.containerPort,
        ),
    )
    .map(({ port }) => port);
}

/** Whether something sends requests to the pods, so that they have to be drained. */
export const sendsTraffic = (plan: Plan): boolean =>
  !isJob(plan) && (servedPorts(plan).length > 0 || connectServicesOf(plan).length > 0);

/** A port of a Service that leads to a container's. */
export const servicePort = (
  { name, containerPort, protocol, appProtocol }: PlannedPort,
  port = containerPort,
): V1ServicePort => ({
  name,
  port,
  targetPort: name,
  protocol,
  ...(appProtocol !== undefined && { appProtocol }),
});

/** The Services of a workload. */
export function servicesOf(plan: Plan): readonly V1Service[] {
  const ports = servedPorts(plan);
  const { service } = plan.input;
  // Names of a registry lead to the addresses of tasks, as those of a headless Service do.
  const isHeadless = (service?.serviceRegistries ?? []).length > 0 && (service?.loadBalancers ?? []).length === 0;
  const own: V1Service[] =
    ports.length === 0
      ? []
      : [
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: plan.name, labels: labelsOf(plan) },
            spec: {
              type: 'ClusterIP',
              ...(isHeadless && { clusterIP: 'None' }),
              selector: selectorOf(plan),
              ports: ports.map((port) => servicePort(port)),
            },
          },
        ];
  const connected = connectServicesOf(plan).map(({ name, port, clientPort }): V1Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: labelsOf(plan) },
    spec: { type: 'ClusterIP', selector: selectorOf(plan), ports: [servicePort(port, clientPort)] },
  }));
  // Two that have one name are one Service with the ports of both.
  return [...own, ...connected].reduce<V1Service[]>((services, next) => {
    const same = services.find(({ metadata }) => metadata?.name === next.metadata?.name);
    if (same === undefined) return [...services, next];
    const known = same.spec!.ports!;
    const more = next.spec!.ports!.filter(
      (port) => !known.some((other) => other.port === port.port && other.protocol === port.protocol),
    );
    for (const port of more) {
      const isTaken = known.some(({ name }) => name === port.name);
      known.push(isTaken ? { ...port, name: `${port.protocol!.toLowerCase()}-${port.port}` } : port);
    }
    return services;
  }, []);
}

/** Bindings of target groups, for the AWS Load Balancer Controller. */
export function targetGroupBindingsOf(plan: Plan): readonly KubernetesObject[] {
  const balancers = (plan.input.service?.loadBalancers ?? []).filter(
    ({ targetGroupArn }) => targetGroupArn !== undefined,
  );
  return balancers.map(({ targetGroupArn = '', containerName, containerPort }, index) => {
    const container = plan.containers.find(({ source }) => source.name === containerName);
    const port = container?.ports.find((each) => each.containerPort === containerPort);
    return {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: { name: dnsLabel(index === 0 ? plan.name : `${plan.name}-${index + 1}`), labels: labelsOf(plan) },
      spec: {
        serviceRef: { name: plan.name, port: port?.containerPort ?? containerPort ?? 0 },
        targetGroupARN: targetGroupArn,
        targetType: 'ip',
      },
    };
  });
}

const blueGreen = none(
  'ターゲットグループを切り替えるデプロイは Deployment にありません。Argo Rollouts か Flagger、または HTTPRoute の weight を使います。',
  'A Deployment does not switch target groups. Argo Rollouts, Flagger, or the weights of an HTTPRoute do.',
  { todo: 'decide', lab: 'networking' },
);

const lattice = approximate(
  'AWS Gateway API Controller で、クラス amazon-vpc-lattice の Gateway と HTTPRoute を作ります。コントローラーは自分のターゲットグループを作り、いまのものは引き継ぎません。',
  'Make a Gateway of class amazon-vpc-lattice and an HTTPRoute, with the AWS Gateway API Controller. It makes a target group of its own, and does not take over the one there is.',
  { todo: 'elsewhere', lab: 'networking' },
);

const connector = approximate(
  'Gateway と HTTPRoute を作り、backendRefs にこのワークロードの Service を書きます。ヘルスチェックは AWS Load Balancer Controller の TargetGroupConfiguration に書きます。',
  'Make a Gateway and an HTTPRoute with a Service of this workload under backendRefs. The health check goes into a TargetGroupConfiguration of the AWS Load Balancer Controller.',
  { todo: 'elsewhere', lab: 'networking' },
);

const health = [
  'healthCheckProtocol',
  'healthCheckPort',
  'healthCheckPath',
  'healthCheckTimeoutSeconds',
  'healthCheckIntervalSeconds',
  'healthyThresholdCount',
  'unhealthyThresholdCount',
  'matcher.httpCode',
  'matcher.grpcCode',
];

/** How requests reach tasks from outside. */
export const loadBalancingRules: Rules = {
  'service.loadBalancers[].targetGroupArn': rule<string>(({ value, plan }) => {
    const known = plan.input.targetGroups?.some(({ targetGroupArn }) => targetGroupArn === value) === true;
    const keeps = {
      ja: 'add-ons の TargetGroupBinding が、いまのターゲットグループとリスナーと DNS 名をそのまま使います（AWS Load Balancer Controller が必要で、ターゲットタイプは ip）。移行のあとで Gateway と HTTPRoute、または Ingress にできます。',
      en: 'The TargetGroupBinding among the add-ons keeps the target group, its listeners and its DNS name; it needs the AWS Load Balancer Controller, and target type ip. After the migration you may use a Gateway with HTTPRoutes, or an Ingress.',
    };
    return known
      ? approximate(keeps.ja, keeps.en, { todo: 'elsewhere', to: 'TargetGroupBinding.spec', lab: 'networking' })
      : input(
          `${keeps.ja}ヘルスチェックのパスが分からないので、readinessProbe は接続だけを確かめます。aws elbv2 describe-target-groups の出力も渡してください。`,
          `${keeps.en} The path of its health check is not known, so the readinessProbe only connects: give the output of aws elbv2 describe-target-groups too.`,
          { to: 'TargetGroupBinding.spec', lab: 'networking' },
        );
  }),
  'service.loadBalancers[].loadBalancerName': none(
    'Classic Load Balancer に対応するものはありません。NLB のターゲットグループ（タイプ ip）を作り、TargetGroupBinding で使います。',
    'A Classic Load Balancer has no counterpart. Make a target group (type ip) of a Network Load Balancer, and use it by a TargetGroupBinding.',
    { lab: 'networking' },
  ),
  ...forAll(
    ['containerName', 'containerPort'].map((field) => `service.loadBalancers[].${field}`),
    exact('Service の targetPort になります。', 'It is the targetPort of the Service.', {
      to: 'Service.spec.ports',
      lab: 'networking',
    }),
  ),
  ...forAll(
    ['alternateTargetGroupArn', 'productionListenerRule', 'testListenerRule', 'roleArn'].map(
      (field) => `service.loadBalancers[].advancedConfiguration.${field}`,
    ),
    blueGreen,
  ),
  'service.serviceRegistries[].registryArn': approximate(
    'Service の名前になります（クラスターの中だけ）。ロードバランサーがなければヘッドレスで、Pod のアドレスを返します。クラスターの外から引くなら、ExternalDNS か Cloud Map MCS コントローラーを使います。',
    'It becomes the name of a Service, within the cluster only; without a load balancer it is headless, and leads to the addresses of pods. For callers outside, use ExternalDNS or the Cloud Map MCS controller.',
    { todo: 'decide', to: 'Service.spec', lab: 'networking' },
  ),
  'service.serviceRegistries[].port': approximate(
    '名前のあるポートには、SRV レコードもあります。',
    'A port with a name has an SRV record too.',
    { to: 'Service.spec.ports', lab: 'networking' },
  ),
  ...forAll(
    ['containerName', 'containerPort'].map((field) => `service.serviceRegistries[].${field}`),
    exact('Service の targetPort になります。', 'It is the targetPort of the Service.', {
      to: 'Service.spec.ports',
      lab: 'networking',
    }),
  ),
  ...forAll(
    ['targetGroupArn', 'portName'].map((field) => `service.vpcLatticeConfigurations[].${field}`),
    lattice,
  ),
  'service.vpcLatticeConfigurations[].roleArn': none(
    'AWS Gateway API Controller が、自分のロールを使います。',
    'The AWS Gateway API Controller has a role of its own.',
    { lab: 'security' },
  ),
  ...forAll(
    ['alternateTargetGroupArn', 'productionListenerRule', 'testListenerRule'].map(
      (field) => `service.vpcLatticeConfigurations[].advancedConfiguration.${field}`,
    ),
    blueGreen,
  ),
  ...forAll(
    ['portName', 'filters.accessTypes[]', ...health.map((field) => `healthCheck.${field}`)].map(
      (field) => `service.gatewayConnectors[].${field}`,
    ),
    connector,
  ),
};
