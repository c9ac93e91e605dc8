import type { V1ResourceRequirements } from '../kubernetes-types.ts';
import { approximate, exact, none } from '../finding.ts';
import { runsOn, type Plan, type PlannedContainer } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';
import { cpuQuantity, memoryQuantity, millicores } from '../../application/units.ts';
import { taskCpuUnits, taskMemoryMib } from '../units.ts';

/** Names of extended resources, by the types of ECS. */
const extended: Readonly<Record<string, string>> = {
  GPU: 'nvidia.com/gpu',
  NeuronDevice: 'aws.amazon.com/neuron',
};

/** What containers ask for, in thousandths of a core and in MiB. */
interface Amounts {
  cpu: number;
  memory: number;
}

const taskSize = ({ input: { taskDefinition } }: Plan): Partial<Amounts> => {
  const units = taskDefinition.cpu === undefined ? undefined : taskCpuUnits(taskDefinition.cpu);
  const mib = taskDefinition.memory === undefined ? undefined : taskMemoryMib(taskDefinition.memory);
  return { ...(units !== undefined && { cpu: millicores(units) }), ...(mib !== undefined && { memory: mib }) };
};

const kept = ({ containers }: Plan): readonly PlannedContainer[] => containers.filter(({ role }) => role !== 'dropped');

/** Whether the size of the task is written on its only container, and not on the pod. */
const isSingle = (plan: Plan): boolean => kept(plan).length === 1;

const requested = ({ source }: PlannedContainer): Amounts => ({
  cpu: (source.cpu ?? 0) > 0 ? millicores(source.cpu!) : 0,
  memory: source.memoryReservation ?? source.memory ?? 0,
});

/** The requests of those that run at the same time, as the API server adds them up: at most what all ask for. */
const sumOf = (containers: readonly PlannedContainer[]): Amounts =>
  containers.map(requested).reduce((sum, each) => ({ cpu: sum.cpu + each.cpu, memory: sum.memory + each.memory }), {
    cpu: 0,
    memory: 0,
  });

const quantities = ({ cpu, memory }: Partial<Amounts>): Record<string, string> => ({
  ...(cpu !== undefined && cpu > 0 && { cpu: cpuQuantity(cpu) }),
  ...(memory !== undefined && memory > 0 && { memory: memoryQuantity(memory) }),
});

/** The resources of the pod: the size of a task with several containers. */
export function podResourcesOf(plan: Plan): V1ResourceRequirements | undefined {
  const size = taskSize(plan);
  if (isSingle(plan) || plan.windows || Object.keys(size).length === 0) return undefined;
  // Rounding to thousandths must not leave the pod with less than its containers ask for.
  const sum = sumOf(kept(plan));
  const amounts = {
    ...(size.cpu !== undefined && { cpu: Math.max(size.cpu, sum.cpu) }),
    ...(size.memory !== undefined && { memory: Math.max(size.memory, sum.memory) }),
  };
  return { requests: quantities(amounts), limits: quantities(amounts) };
}

/** The resources of a container. */
export function resourcesOf(container: PlannedContainer, plan: Plan): V1ResourceRequirements | undefined {
  const { source } = container;
  const size = taskSize(plan);
  const requests: Partial<Amounts> = requested(container);
  const limits: Partial<Amounts> = { ...(source.memory !== undefined && { memory: source.memory }) };
  if (isSingle(plan)) {
    // The task has nothing but this container, so the size of the task is its size.
    if (size.cpu !== undefined) requests.cpu = limits.cpu = size.cpu;
    if (size.memory !== undefined) {
      limits.memory ??= size.memory;
      if (requests.memory === 0) requests.memory = size.memory;
    }
  } else if (container === plan.main && plan.fargate && runsOn(container)) {
    // EKS Fargate adds up the requests of containers; the main one asks for what the others leave of the task's size.
    const others = sumOf(kept(plan).filter((other) => other !== container));
    if (size.cpu !== undefined) requests.cpu = Math.max(requests.cpu!, size.cpu - others.cpu);
    if (size.memory !== undefined) {
      const rest = Math.max(requests.memory!, size.memory - others.memory);
      requests.memory = Math.min(rest, limits.memory ?? rest);
    }
  }
  const devices = Object.fromEntries(
    (source.resourceRequirements ?? [])
      .filter(({ type = '', value }) => extended[type] !== undefined && value !== undefined)
      .map(({ type = '', value = '' }) => [extended[type]!, value]),
  );
  const disk = container === plan.main ? plan.input.taskDefinition.ephemeralStorage : undefined;
  const storage = disk?.sizeInGiB === undefined ? {} : { 'ephemeral-storage': `${disk.sizeInGiB}Gi` };
  const all = {
    requests: { ...quantities(requests), ...storage },
    limits: { ...quantities(limits), ...storage, ...devices },
  };
  const written = Object.entries(all).filter(([, amounts]) => Object.keys(amounts).length > 0);
  return written.length === 0 ? undefined : Object.fromEntries(written);
}

const accelerator = none(
  'Elastic Inference は終了しました。GPU か Neuron を、デバイスプラグインのリソースとして求めます。',
  'Elastic Inference has ended. Ask for a GPU or for Neuron as a resource of a device plugin.',
  { lab: 'scheduling' },
);

const sharing = none(
  'GPU の共有（MPS、タイムスライス、MIG）は、NVIDIA のデバイスプラグインの設定か、DRA の ResourceClaim で行います。コンテナのフィールドはありません。',
  "Sharing a GPU (MPS, time slices, MIG) is configured in NVIDIA's device plugin, or asked for by a ResourceClaim of DRA. A container has no field for it.",
  { lab: 'scheduling' },
);

const place = (plan: Plan): string => (isSingle(plan) ? 'container.resources' : 'pod.resources');

/** How much CPU, memory and disk a task has. */
export const sizeRules: Rules = {
  cpu: rule<string>(({ value, plan }) =>
    plan.windows && !isSingle(plan)
      ? none(
          'Windows の Pod は、Pod 全体のリソースを指定できません。コンテナごとの requests を書いてください。',
          'A pod on Windows has no resources of its own. Write the requests of each container.',
          { todo: 'decide', lab: 'scheduling' },
        )
      : exact(
          `${value} は ${cpuQuantity(taskSize(plan).cpu ?? 0)} です（1024 ユニットが 1000m）。タスクの CPU は上限でもあるので、limits にも書きます。${plan.fargate && !isSingle(plan) ? 'EKS Fargate はコンテナの requests を合計するため、残りを主コンテナの requests に加えました。' : ''}`,
          `${value} is ${cpuQuantity(taskSize(plan).cpu ?? 0)}: 1024 units are 1000m. The CPU of a task is a ceiling too, so it is also the limit.${plan.fargate && !isSingle(plan) ? ' EKS Fargate adds up the requests of containers, so the main container asks for what the others leave.' : ''}`,
          { to: place(plan), lab: 'scheduling' },
        ),
  ),
  memory: rule<string>(({ value, plan }) =>
    plan.windows && !isSingle(plan)
      ? none(
          'Windows の Pod は、Pod 全体のリソースを指定できません。コンテナごとの limits を書いてください。',
          'A pod on Windows has no resources of its own. Write the limits of each container.',
          { todo: 'decide', lab: 'scheduling' },
        )
      : exact(
          `${value} は ${memoryQuantity(taskSize(plan).memory ?? 0)} です。requests も書きます。limits だけでは、Pod の要求量がコンテナの合計になるためです。`,
          `${value} is ${memoryQuantity(taskSize(plan).memory ?? 0)}. The request is written too: from a limit alone, the request of a pod would become the sum of its containers'.`,
          { to: place(plan), lab: 'scheduling' },
        ),
  ),
  'containerDefinitions[].cpu': rule<number>(({ value, plan }) =>
    value === 0
      ? approximate('0 は要求なしです。', '0 asks for nothing, so there is no request.', { lab: 'scheduling' })
      : isSingle(plan) && taskSize(plan).cpu !== undefined
        ? approximate(
            'コンテナは 1 つなので、タスクの CPU がコンテナの CPU になります。',
            'It is the only container, so the CPU of the task is its CPU.',
            { to: 'container.resources', lab: 'scheduling' },
          )
        : approximate(
            `${value} ユニットは ${cpuQuantity(millicores(value))} です。どちらでも割合の意味しかなく、空いている CPU は使えるので、limits は書きません。`,
            `${value} units are ${cpuQuantity(millicores(value))}. On both sides it is a share, and idle CPU may be used, so there is no limit.`,
            { to: 'container.resources', lab: 'scheduling' },
          ),
  ),
  'containerDefinitions[].memory': exact(
    '上限です。超えるとどちらでもコンテナが終了させられます。その後、ECS は必須コンテナならタスクを置き換え、Kubernetes は同じ Pod の中で再起動します（OOMKilled）。',
    'A limit: above it the container is killed on both sides. Then ECS replaces the task if the container is essential, and Kubernetes restarts the container in place (OOMKilled).',
    { to: 'container.resources.limits', lab: 'scheduling' },
  ),
  'containerDefinitions[].memoryReservation': approximate(
    '要求量になります。Docker は不足時にこの値へ近づけようとしますが、Kubernetes の requests は配置と、立ち退きの順番を決めます。',
    'It becomes the request. Under pressure Docker pushes a container towards it; a request of Kubernetes decides where a pod fits and who is evicted first.',
    { to: 'container.resources.requests', lab: 'scheduling' },
  ),
  'ephemeralStorage.sizeInGiB': rule<number>(({ value, plan }) =>
    approximate(
      `主コンテナの ephemeral-storage になります。EC2 のノードではディスクの取り分で、イメージは数えず、ログと emptyDir は数え、超えると Pod が立ち退きます。EKS Fargate の上限は 175 GiB です${plan.fargate && value > 175 ? `（${value} GiB は求められません）` : ''}。`,
      `It becomes ephemeral-storage of the main container. On EC2 it is a share of the node's disk: logs and emptyDirs count, images don't, and a pod above it is evicted. EKS Fargate gives at most 175 GiB${plan.fargate && value > 175 ? `, so ${value} GiB can't be had` : ''}.`,
      { to: 'container.resources', lab: 'scheduling', todo: plan.fargate && value > 175 ? 'decide' : 'nothing' },
    ),
  ),
  'inferenceAccelerators[].deviceName': accelerator,
  'inferenceAccelerators[].deviceType': accelerator,
  ...forAll(
    ['containerDefinitions[].resourceRequirements[].type', 'containerDefinitions[].resourceRequirements[].value'],
    rule(({ indexes, container }) => {
      const { type = '' } = container.source.resourceRequirements![indexes[1]!]!;
      if (extended[type] === undefined) return accelerator;
      return approximate(
        `${extended[type]} になります。デバイスプラグインと、そのための AMI のノードが必要です。`,
        `It becomes ${extended[type]}, which needs its device plugin and nodes of an accelerated AMI.`,
        { todo: 'elsewhere', to: 'container.resources.limits', lab: 'scheduling' },
      );
    }),
  ),
  'containerDefinitions[].resourceRequirements[].sharingStrategy.nvidiaMps.memory': sharing,
  'containerDefinitions[].resourceRequirements[].sharingStrategy.nvidiaMps.maxComputePercent': sharing,
};
