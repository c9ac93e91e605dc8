import type { ContainerDefinition } from './ecs-input.ts';
import { isPortName } from './names.ts';

/** A port of a container in the pod. */
export interface PlannedPort {
  /** Unique in the pod, and valid in Kubernetes. */
  readonly name: string;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP';
  /** A port of the node, where the task definition fixes one. */
  readonly hostPort?: number;
  /** The name that the task definition gives it, which services refer to. */
  readonly sourceName?: string;
  /** What a Service says of the protocol above TCP. */
  readonly appProtocol?: string;
}

/** The most ports that a range is written out as. */
export const mostPortsOfRange = 100;

/** A Service's `appProtocol`, by that of ECS. */
export const appProtocols: Readonly<Record<string, string>> = {
  http: 'http',
  http2: 'kubernetes.io/h2c',
  grpc: 'grpc',
};

/** The first and the last port of a range such as `8000-8010`; undefined for anything else. */
export function portRange(text: string): readonly [number, number] | undefined {
  const [, first, last] = /^\s*(\d{1,5})\s*-\s*(\d{1,5})\s*$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const range = [Number(first), Number(last)] as const;
  return range[0] >= 1 && range[0] <= range[1] && range[1] <= 65_535 ? range : undefined;
}

/** The ports of each container, with names that are unique in the pod. */
export function plannedPorts(
  containers: readonly ContainerDefinition[],
  networkMode: string,
): readonly (readonly PlannedPort[])[] {
  const taken = new Set<string>();
  const named = (wanted: string | undefined, fallback: string): string => {
    let name = wanted !== undefined && isPortName(wanted) && !taken.has(wanted) ? wanted : fallback;
    for (let number = 2; taken.has(name); number++) name = `${fallback}-${number}`;
    taken.add(name);
    return name;
  };
  return containers.map(({ portMappings = [] }) =>
    portMappings.flatMap((mapping) => {
      const protocol = mapping.protocol === 'udp' ? 'UDP' : 'TCP';
      const range = mapping.containerPortRange === undefined ? undefined : portRange(mapping.containerPortRange);
      const [first, last] = range ?? [mapping.containerPort ?? 0, mapping.containerPort ?? 0];
      const fixed = networkMode === 'bridge' && (mapping.hostPort ?? 0) > 0;
      return Array.from({ length: last - first + 1 }, (_, offset): PlannedPort => {
        const containerPort = first + offset;
        return {
          name: named(mapping.name, `${protocol.toLowerCase()}-${containerPort}`),
          containerPort,
          protocol,
          ...(fixed && { hostPort: mapping.hostPort! }),
          ...(mapping.name !== undefined && { sourceName: mapping.name }),
          ...(mapping.appProtocol !== undefined && { appProtocol: appProtocols[mapping.appProtocol]! }),
        };
      });
    }),
  );
}
