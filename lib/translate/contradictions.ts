import { UsageError } from '../core/errors.ts';
import type { Text } from '../core/text.ts';
import { containersOf, type ContainerDefinition, type EcsInput } from './ecs-input.ts';
import { mostPortsOfRange, portRange } from './planned-ports.ts';
import { taskCpuUnits, taskMemoryMib } from './units.ts';

/** A sentence about a field that makes the whole input invalid. */
type Problem = Text;

const at = (path: string, ja: string, en: string): Problem => ({ ja: `${path}: ${ja}`, en: `${path}: ${en}` });

/** @throws UsageError with a sentence for each thing that ECS would refuse, or that no pod can be */
export function refuseContradictions(input: EcsInput): void {
  const problems = [
    ...taskProblems(input),
    ...containersOf(input).flatMap((_, index) => containerProblems(input, index)),
    ...portProblems(input),
    ...serviceProblems(input),
  ];
  const circle = circleIn(containersOf(input), (container) =>
    (container.dependsOn ?? []).map(({ containerName }) => containerName),
  );
  if (circle !== undefined) {
    problems.push(
      at(
        `containerDefinitions[${containersOf(input).findIndex(({ name }) => name === circle[0])}].dependsOn`,
        `コンテナが互いを待っています: ${circle.join(' → ')}。どれかの dependsOn を消してください。`,
        `the containers wait for each other: ${circle.join(' → ')}. Remove one of these from dependsOn.`,
      ),
    );
  }
  if (problems.length === 0) return;
  throw new UsageError({ ja: problems.map(({ ja }) => ja).join('\n'), en: problems.map(({ en }) => en).join('\n') });
}

function taskProblems(input: EcsInput): Problem[] {
  const { family, cpu, memory, volumes = [] } = input.taskDefinition;
  const containers = containersOf(input);
  const mib = memory === undefined ? undefined : taskMemoryMib(memory);
  const found: Problem[] = [];
  if (family === undefined || family === '') {
    found.push(at('family', 'タスク定義の名前がありません。', 'the task definition has no name. Give it one.'));
  }
  if (containers.length === 0) {
    found.push(
      at('containerDefinitions', 'コンテナが 1 つもありません。', 'there is no container. Give at least one.'),
    );
  }
  if (cpu !== undefined && taskCpuUnits(cpu) === undefined) {
    found.push(
      at(
        'cpu',
        `「${cpu}」は CPU ではありません。256 や .5 vCPU のように書きます。`,
        `'${cpu}' is no amount of CPU. Write 256 or .5 vCPU.`,
      ),
    );
  }
  if (memory !== undefined && mib === undefined) {
    found.push(
      at(
        'memory',
        `「${memory}」はメモリではありません。512 や 1 GB のように書きます。`,
        `'${memory}' is no amount of memory. Write 512 or 1 GB.`,
      ),
    );
  }
  const units = cpu === undefined ? undefined : taskCpuUnits(cpu);
  const sum = (of: (container: ContainerDefinition) => number | undefined) =>
    containers.reduce((all, each) => all + (of(each) ?? 0), 0);
  if (units !== undefined && sum((each) => each.cpu) > units) {
    found.push(
      at(
        'cpu',
        `コンテナの cpu の合計が、タスクの ${cpu} を超えています。ECS も拒否します。`,
        `the containers' cpu is more than ${cpu} of the task, which ECS refuses too.`,
      ),
    );
  }
  if (mib !== undefined && sum((each) => each.memoryReservation ?? each.memory) > mib) {
    found.push(
      at(
        'memory',
        `コンテナのメモリの合計が、タスクの ${memory} を超えています。ECS も拒否します。`,
        `the containers' memory is more than ${memory} of the task, which ECS refuses too.`,
      ),
    );
  }
  containers.forEach((each, index) => {
    if (mib !== undefined && (each.memory ?? 0) > mib) {
      found.push(
        at(
          `containerDefinitions[${index}].memory`,
          `タスクの ${memory} を超えています。ECS も拒否します。`,
          `it is more than ${memory} of the task, which ECS refuses too.`,
        ),
      );
    }
  });
  found.push(
    ...twice(
      volumes.map(({ name }) => name),
      (index) => `volumes[${index}].name`,
    ),
  );
  return found;
}

/** Names that stand twice. */
function twice(names: readonly (string | undefined)[], pathOf: (index: number) => string): Problem[] {
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index
      ? [
          at(
            pathOf(index),
            `「${name}」は 2 度目です。名前を変えてください。`,
            `'${name}' is there twice. Give it another name.`,
          ),
        ]
      : [],
  );
}

function containerProblems(input: EcsInput, index: number): Problem[] {
  const containers = containersOf(input);
  const names = containers.map(({ name }) => name ?? '');
  const volumes = (input.taskDefinition.volumes ?? []).map(({ name }) => name ?? '');
  const container = containers[index]!;
  const path = `containerDefinitions[${index}]`;
  const found: Problem[] = [];
  const known = (name: string | undefined, valid: readonly string[], where: string, what: Text) => {
    if (!valid.includes(name ?? '')) {
      const all = valid.length === 0 ? { ja: 'なし', en: 'none' } : { ja: valid.join(', '), en: valid.join(', ') };
      found.push(
        at(
          where,
          `「${name ?? ''}」という${what.ja}はありません。あるもの: ${all.ja}`,
          `there is no ${what.en} '${name ?? ''}'. There are: ${all.en}.`,
        ),
      );
    }
  };
  const ofContainers = { ja: 'コンテナ', en: 'container' };
  if ((container.name ?? '') === '') found.push(at(`${path}.name`, '名前がありません。', 'the container has no name.'));
  else if (names.indexOf(container.name!) < index) {
    found.push(
      at(
        `${path}.name`,
        `「${container.name}」は 2 度目です。名前を変えてください。`,
        `'${container.name}' is there twice. Give it another name.`,
      ),
    );
  }
  if ((container.image ?? '') === '')
    found.push(at(`${path}.image`, 'イメージがありません。', 'the container has no image.'));
  container.dependsOn?.forEach(({ containerName, condition }, number) => {
    const where = `${path}.dependsOn[${number}]`;
    known(containerName, names, `${where}.containerName`, ofContainers);
    const other = containers.find(({ name }) => name === containerName);
    if (other === undefined) return;
    if (
      condition === 'HEALTHY' &&
      ((other.healthCheck?.command ?? []).length === 0 || other.healthCheck?.command?.[0] === 'NONE')
    ) {
      found.push(
        at(
          `${where}.condition`,
          `${containerName} にヘルスチェックがないので、HEALTHY にはなりません。`,
          `${containerName} has no health check, so it never is HEALTHY.`,
        ),
      );
    }
    if ((condition === 'SUCCESS' || condition === 'COMPLETE') && other.essential !== false) {
      found.push(
        at(
          `${where}.condition`,
          `${containerName} は必須のコンテナなので、${condition} を待つと、終わったときにタスクも終わります。ECS も拒否します。essential: false にしてください。`,
          `${containerName} is essential, so the task would end with it; ECS refuses ${condition} too. Give it essential: false.`,
        ),
      );
    }
  });
  container.volumesFrom?.forEach(({ sourceContainer }, number) =>
    known(sourceContainer, names, `${path}.volumesFrom[${number}].sourceContainer`, ofContainers),
  );
  container.links?.forEach((link, number) =>
    known(link.split(':')[0], names, `${path}.links[${number}]`, ofContainers),
  );
  container.mountPoints?.forEach(({ sourceVolume }, number) =>
    known(sourceVolume, volumes, `${path}.mountPoints[${number}].sourceVolume`, { ja: 'ボリューム', en: 'volume' }),
  );
  if (container.memory !== undefined && (container.memoryReservation ?? 0) > container.memory) {
    found.push(
      at(
        `${path}.memoryReservation`,
        `memory（${container.memory}）を超えています。ECS も拒否します。`,
        `it is more than memory (${container.memory}), which ECS refuses too.`,
      ),
    );
  }
  const paths = [...(container.mountPoints ?? []), ...(container.linuxParameters?.tmpfs ?? [])].map(
    ({ containerPath }) => containerPath,
  );
  paths.forEach((mounted, number) => {
    if (paths.indexOf(mounted) < number) {
      found.push(at(`${path}.mountPoints`, `${mounted} に 2 つがマウントされます。`, `two are mounted at ${mounted}.`));
    }
  });
  return found;
}

/** All containers of a pod share one network, so a port can be used once. */
function portProblems(input: EcsInput): Problem[] {
  const taken = new Map<string, string>();
  return containersOf(input).flatMap(({ portMappings = [] }, index) =>
    portMappings.flatMap((mapping, number) => {
      const path = `containerDefinitions[${index}].portMappings[${number}]`;
      const range = mapping.containerPortRange === undefined ? undefined : portRange(mapping.containerPortRange);
      if (mapping.containerPortRange !== undefined && range === undefined) {
        return [
          at(
            `${path}.containerPortRange`,
            `「${mapping.containerPortRange}」は範囲ではありません。8000-8010 のように書きます。`,
            `'${mapping.containerPortRange}' is no range. Write 8000-8010.`,
          ),
        ];
      }
      const [first, last] = range ?? [mapping.containerPort ?? 0, mapping.containerPort ?? 0];
      if (first < 1 || last > 65_535) {
        return [
          at(
            `${path}.containerPort`,
            `${first} はポートではありません。1 から 65535 です。`,
            `${first} is no port. Ports are 1 to 65535.`,
          ),
        ];
      }
      if (last - first >= mostPortsOfRange) {
        return [
          at(
            `${path}.containerPortRange`,
            `${last - first + 1} 個のポートになります。Kubernetes にポートの範囲はなく、ここでは ${mostPortsOfRange} 個までです。`,
            `it is ${last - first + 1} ports. Kubernetes has no ranges, and at most ${mostPortsOfRange} are written out.`,
          ),
        ];
      }
      const protocol = mapping.protocol ?? 'tcp';
      for (let port = first; port <= last; port++) {
        const key = `${port}/${protocol}`;
        const other = taken.get(key);
        if (other !== undefined) {
          return [
            at(
              path,
              `ポート ${key} は ${other} でも使われています。Pod のコンテナは 1 つのネットワークを共有するので、片方のポートを変えるか、タスクを 2 つに分けてください。`,
              `port ${key} is used by ${other} too. Containers of a pod share one network: change one of the ports, or make two tasks of them.`,
            ),
          ];
        }
        taken.set(key, path);
      }
      return [];
    }),
  );
}

function serviceProblems(input: EcsInput): Problem[] {
  const names = containersOf(input).map(({ name }) => name ?? '');
  return (input.service?.loadBalancers ?? []).flatMap(({ containerName, containerPort }, index) => {
    const path = `service.loadBalancers[${index}]`;
    const container = containersOf(input).find(({ name }) => name === containerName);
    if (container === undefined) {
      return [
        at(
          `${path}.containerName`,
          `「${containerName ?? ''}」というコンテナはありません。あるもの: ${names.join(', ')}`,
          `there is no container '${containerName ?? ''}'. There are: ${names.join(', ')}.`,
        ),
      ];
    }
    const maps = container.portMappings?.some((mapping) => {
      const range = mapping.containerPortRange === undefined ? undefined : portRange(mapping.containerPortRange);
      const port = containerPort ?? 0;
      return range === undefined ? mapping.containerPort === port : range[0] <= port && port <= range[1];
    });
    return maps === true
      ? []
      : [
          at(
            `${path}.containerPort`,
            `コンテナ ${containerName} の portMappings に ${containerPort ?? ''} がありません。`,
            `portMappings of container ${containerName} have no ${containerPort ?? ''}.`,
          ),
        ];
  });
}

/** A circle of names, the first one also last; undefined where there is none. */
function circleIn(
  containers: readonly ContainerDefinition[],
  next: (container: ContainerDefinition) => readonly (string | undefined)[],
): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    const container = containers.find((each) => each.name === name);
    if (container === undefined || done.has(name)) return undefined;
    for (const other of next(container)) {
      const circle = walk(other ?? '', [...way, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const { name = '' } of containers) {
    const circle = walk(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
