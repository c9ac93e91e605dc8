import { approximate, exact, none } from '../finding.ts';
import { dnsLabel } from '../names.ts';
import { runsOn, type Plan } from '../plan.ts';
import type { PlannedPort } from '../planned-ports.ts';
import { forAll, rule, type Rules } from '../rule.ts';

/** A name under which Service Connect offers a port, as a Service of its own. */
interface ConnectService {
  readonly name: string;
  readonly port: PlannedPort;
  readonly clientPort: number;
}

const portNamed = (plan: Plan, name: string | undefined): PlannedPort | undefined =>
  plan.containers
    .filter(runsOn)
    .flatMap(({ ports }) => ports)
    .find(({ sourceName }) => sourceName === name);

/** The Services that stand for Service Connect: one for each name that clients use. */
export function connectServicesOf(plan: Plan): readonly ConnectService[] {
  const { serviceConnectConfiguration: connect } = plan.input.service ?? {};
  if (connect?.enabled !== true || plan.kind === 'Job' || plan.kind === 'CronJob') return [];
  return (connect.services ?? []).flatMap(({ portName, discoveryName, clientAliases = [] }): ConnectService[] => {
    const port = portNamed(plan, portName);
    if (port === undefined) return [];
    const aliases = clientAliases.length > 0 ? clientAliases : [{ port: port.containerPort }];
    return aliases.map((alias) => ({
      // The first label of a name with dots: the rest is the namespace's.
      name: dnsLabel(
        ('dnsName' in alias ? alias.dnsName : undefined)?.split('.')[0] ?? discoveryName ?? portName ?? '',
      ),
      port,
      clientPort: alias.port ?? port.containerPort,
    }));
  });
}

const at = 'service.serviceConnectConfiguration';

const noProxy = none(
  'プロキシがないので、対応するものはありません。Istio や Linkerd などのメッシュには、再試行、タイムアウト、mTLS、アクセスログがあります。',
  'There is no proxy, so nothing corresponds. A mesh such as Istio or Linkerd has retries, timeouts, mTLS and access logs.',
  { todo: 'decide', lab: 'networking' },
);

/** How services call each other. */
export const serviceConnectRules: Rules = {
  [`${at}.enabled`]: rule<boolean>(({ value }) =>
    value
      ? approximate(
          'クラスターの DNS と Service になります。プロキシはないので、再試行、外れ値の検出、そのメトリクスはなくなります。必要ならメッシュを使います。',
          'It becomes Services and the DNS of the cluster. There is no proxy: its retries, outlier detection and metrics are gone. A mesh brings them back.',
          { todo: 'decide', to: 'Service.spec', lab: 'networking' },
        )
      : exact('Service Connect は使いません。', 'Service Connect is off.', { lab: 'networking' }),
  ),
  [`${at}.namespace`]: approximate(
    'Kubernetes の名前空間が名前の範囲になります。短い名前は同じ名前空間の中で引けます。',
    'The namespace of Kubernetes is the scope of names: a short name works within it.',
    { lab: 'networking' },
  ),
  [`${at}.services[].portName`]: rule<string>(({ value, plan }) =>
    portNamed(plan, value) === undefined
      ? none(
          'この名前のポートは、動き続けるコンテナにありません。',
          'No container that runs on has a port of this name.',
          {
            todo: 'decide',
            lab: 'networking',
          },
        )
      : exact('Service の targetPort になります。', 'It is the targetPort of a Service.', {
          to: 'Service.spec.ports',
          lab: 'networking',
        }),
  ),
  [`${at}.services[].discoveryName`]: approximate(
    'dnsName がなければ、Service の名前になります。Cloud Map への登録はありません。',
    'It is the name of the Service where no dnsName is given. Nothing is registered in Cloud Map.',
    { lab: 'networking' },
  ),
  [`${at}.services[].clientAliases[].port`]: exact('Service のポートです。', 'It is the port of the Service.', {
    to: 'Service.spec.ports',
    lab: 'networking',
  }),
  [`${at}.services[].clientAliases[].dnsName`]: rule<string>(({ value }) =>
    value.includes('.')
      ? approximate(
          `Service の名前に点は使えないので、${dnsLabel(value.split('.')[0]!)} になりました。呼び出し側の ${value} を、この名前か ExternalName の Service に変えます。`,
          `Names of Services have no dots, so it is ${dnsLabel(value.split('.')[0]!)}. Change callers of ${value}, or give them a Service of type ExternalName.`,
          { todo: 'decide', lab: 'networking' },
        )
      : approximate(
          'Service の名前になります。短い名前は同じ名前空間の中で引けます。',
          'It is the name of the Service; a short name works within the namespace.',
          { lab: 'networking' },
        ),
  ),
  ...forAll(
    [
      'services[].clientAliases[].testTrafficRules.header.name',
      'services[].clientAliases[].testTrafficRules.header.value.exact',
      'services[].ingressPortOverride',
      'services[].timeout.idleTimeoutSeconds',
      'services[].timeout.perRequestTimeoutSeconds',
      'services[].tls.issuerCertificateAuthority.awsPcaAuthorityArn',
      'services[].tls.kmsKey',
      'services[].tls.roleArn',
      'logConfiguration.logDriver',
      'logConfiguration.options',
      'logConfiguration.secretOptions[].name',
      'logConfiguration.secretOptions[].valueFrom',
      'accessLogConfiguration.format',
      'accessLogConfiguration.includeQueryParameters',
      'containerConfigurations[].logLevel',
    ].map((field) => `${at}.${field}`),
    noProxy,
  ),
};
