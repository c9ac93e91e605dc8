import type { V1Container } from '../kubernetes-types.ts';
import { approximate, exact } from '../finding.ts';
import { appProtocols } from '../planned-ports.ts';
import type { PlannedContainer } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** The ports of a container. */
export const portsOf = ({ ports }: PlannedContainer): Partial<V1Container> =>
  ports.length === 0
    ? {}
    : {
        ports: ports.map(({ name, containerPort, protocol, hostPort }) => ({
          name,
          containerPort,
          ...(hostPort !== undefined && { hostPort }),
          protocol,
        })),
      };

/** Ports of containers. */
export const portRules: Rules = {
  'containerDefinitions[].portMappings[].containerPort': exact('コンテナのポートです。', "The container's port.", {
    to: 'container.ports',
    lab: 'networking',
  }),
  'containerDefinitions[].portMappings[].hostPort': rule<number>(({ value, container, indexes }) => {
    const { containerPort } = container.source.portMappings![indexes[1]!]!;
    if (container.ports.some(({ hostPort }) => hostPort === value)) {
      return approximate(
        `ノードのポート ${value} を取ります。ノードごとに Pod は 1 つになり、Pod Security の baseline では拒否されます。Service にできるなら hostPort を消してください。`,
        `It takes port ${value} of the node: one pod for each node, and Pod Security baseline refuses it. Remove hostPort where a Service does.`,
        { todo: 'decide', to: 'container.ports', lab: 'networking' },
      );
    }
    return value === 0
      ? approximate(
          '動的なホストポートは不要です。Pod は自分のアドレスを持ち、Service がそこへ送ります。',
          'A dynamic host port is not needed: a pod has an address of its own, and a Service sends to it.',
          { lab: 'networking' },
        )
      : exact(
          value === containerPort
            ? 'コンテナのポートと同じなので、書く必要はありません。'
            : 'Pod のアドレスではコンテナのポートを使います。',
          value === containerPort
            ? "It is the container's port, so there is nothing to write."
            : "At the pod's address it is the container's port.",
          { lab: 'networking' },
        );
  }),
  'containerDefinitions[].portMappings[].protocol': exact('大文字で書きます。', 'The same, in capitals.', {
    to: 'container.ports',
    lab: 'networking',
  }),
  'containerDefinitions[].portMappings[].name': rule<string>(({ value, container }) => {
    const port = container.ports.find(({ sourceName }) => sourceName === value);
    return port?.name === value
      ? exact('ポートの名前はそのままです。', 'The name of the port is kept.', {
          to: 'container.ports',
          lab: 'networking',
        })
      : approximate(
          `ポートの名前は 15 文字以下の小文字、数字、ハイフンなので、${port?.name ?? ''} になりました。`,
          `Names of ports have at most 15 lower-case letters, digits and hyphens, so it is ${port?.name ?? ''}.`,
          { to: 'container.ports', lab: 'networking' },
        );
  }),
  'containerDefinitions[].portMappings[].appProtocol': rule<string>(({ value }) =>
    approximate(
      `Service の appProtocol: ${appProtocols[value]} になります。これを読む実装へのヒントで、テレメトリーはありません。`,
      `It becomes appProtocol: ${appProtocols[value]} of the Service, a hint for implementations that read it. There is no telemetry behind it.`,
      { to: 'Service.spec.ports', lab: 'networking' },
    ),
  ),
  'containerDefinitions[].portMappings[].containerPortRange': rule<string>(({ value, container }) =>
    approximate(
      `ポートの範囲は書けないため、${value} を ${container.ports.length} 個のポートに展開しました。`,
      `Ranges can't be written, so ${value} became single ports; the container has ${container.ports.length}.`,
      { to: 'container.ports', lab: 'networking' },
    ),
  ),
};
