import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Volume, V1VolumeMount } from '../kubernetes-types.ts';
import type { Volume } from '@aws-sdk/client-ecs';
import { ephemeralVolumeOf } from './ebs-volumes.ts';
import { approximate, exact, none, type Answer } from '../finding.ts';
import { labelsOf } from './identity.ts';
import { dnsLabel } from '../names.ts';
import type { Plan, PlannedContainer } from '../plan.ts';
import { forAll, rule, type Field, type Rules } from '../rule.ts';

/** The driver of Amazon EFS and of S3 Files. */
const efsDriver = 'efs.csi.aws.com';

/** A file system on AWS that a volume is, as `volumeHandle` and attributes of its driver. */
interface FileSystem {
  readonly handle: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly mountOptions?: readonly string[];
}

const lastPart = (arn: string): string => arn.split('/').at(-1)!;

/** `fs-1`, `fs-1:/path`, `fs-1::fsap-1`, `fs-1:/path:fsap-1`. */
const handleOf = (fileSystem: string, directory: string | undefined, accessPoint: string | undefined): string => {
  const path = directory === undefined || directory === '' || directory === '/' ? '' : directory.replace(/^\/?/, '/');
  return [
    fileSystem,
    ...(path !== '' || accessPoint !== undefined ? [path] : []),
    ...(accessPoint !== undefined ? [accessPoint] : []),
  ].join(':');
};

/**
 * The file system of a volume; undefined for volumes of other kinds. The driver encrypts unless it is told not to, and
 * ECS does not unless it is told to.
 *
 * @see kubernetes-sigs/aws-efs-csi-driver, its documentation and examples of S3 Files (read November 2026)
 */
function fileSystemOf({ efsVolumeConfiguration: efs, s3filesVolumeConfiguration: s3 }: Volume): FileSystem | undefined {
  if (efs !== undefined) {
    const { accessPointId, iam } = efs.authorizationConfig ?? {};
    const encrypted = efs.transitEncryption === 'ENABLED';
    return {
      handle: handleOf(efs.fileSystemId ?? '', efs.rootDirectory, accessPointId),
      attributes: { encryptInTransit: String(encrypted) },
      ...(iam === 'ENABLED' && { mountOptions: ['iam'] }),
    };
  }
  if (s3 !== undefined) {
    const accessPoint = s3.accessPointArn === undefined ? undefined : lastPart(s3.accessPointArn);
    return { handle: `s3files:${handleOf(lastPart(s3.fileSystemArn ?? ''), s3.rootDirectory, accessPoint)}` };
  }
  return undefined;
}

const claimName = (plan: Plan, volume: Volume): string => dnsLabel(`${plan.name}-${volume.name}`);

/** A volume of Docker's `local` driver that is an NFS mount. */
function nfsOf({
  dockerVolumeConfiguration: docker,
}: Volume): { readonly server: string; readonly path: string } | undefined {
  const { type = '', o = '', device = '' } = docker?.driverOpts ?? {};
  const server = /(?:^|,)addr=([^,]+)/.exec(o)?.[1];
  if (!/^nfs4?$/.test(type) || server === undefined || !device.includes(':')) return undefined;
  return { server, path: device.slice(device.indexOf(':') + 1) || '/' };
}

/** Directories of the node for volumes that tasks of one instance share. */
const sharedFolder = '/var/lib/shared-volumes';

/** Files that ECS tasks often mount; `DirectoryOrCreate` would refuse them, or make a directory in their place. */
const isFile = (path: string): boolean =>
  /\.(sock|socket|ya?ml|json|conf|toml|crt|pem|key)$|^\/etc\/(localtime|hosts|resolv\.conf|hostname|machine-id|passwd|group)$/.test(
    path,
  );

function volumeOf(plan: Plan, volume: Volume): V1Volume {
  const name = plan.volumeNames.get(volume.name ?? '')!;
  const { host, configuredAtLaunch, dockerVolumeConfiguration: docker } = volume;
  if (fileSystemOf(volume) !== undefined || volume.fsxWindowsFileServerVolumeConfiguration !== undefined) {
    return { name, persistentVolumeClaim: { claimName: claimName(plan, volume) } };
  }
  const ephemeral = configuredAtLaunch === true ? ephemeralVolumeOf(plan, volume.name ?? '') : undefined;
  if (ephemeral !== undefined) return { name, ...ephemeral };
  if (host?.sourcePath) {
    return {
      name,
      hostPath: { path: host.sourcePath, ...(isFile(host.sourcePath) ? {} : { type: 'DirectoryOrCreate' }) },
    };
  }
  const nfs = nfsOf(volume);
  if (nfs !== undefined) return { name, nfs };
  if (docker?.scope === 'shared') {
    return {
      name,
      hostPath: {
        path: `${sharedFolder}/${volume.name}`,
        type: docker.autoprovision === true ? 'DirectoryOrCreate' : 'Directory',
      },
    };
  }
  return { name, emptyDir: {} };
}

/** Volumes in memory that belong to one container. */
const memoryVolume = (name: string, mib: number): V1Volume => ({
  name,
  emptyDir: { medium: 'Memory', sizeLimit: `${mib}Mi` },
});

interface OwnVolume {
  readonly volume: V1Volume;
  readonly mount: V1VolumeMount;
}

/** Shared memory and tmpfs of a container. */
function ownVolumes({ name, source }: PlannedContainer, { windows }: Plan): readonly OwnVolume[] {
  const { sharedMemorySize, tmpfs = [] } = source.linuxParameters ?? {};
  if (windows) return [];
  const shm = (sharedMemorySize ?? 0) > 0 ? [{ at: '/dev/shm', mib: sharedMemorySize!, of: 'shm' }] : [];
  const all = [
    ...shm,
    ...tmpfs.map(({ containerPath = '', size = 0 }, index) => ({
      at: containerPath,
      mib: size,
      of: `tmpfs-${index + 1}`,
    })),
  ];
  return all.map(({ at, mib, of }) => {
    const volume = memoryVolume(dnsLabel(`${name.slice(0, 40)}-${of}`), mib);
    return { volume, mount: { name: volume.name, mountPath: at } };
  });
}

/** The volumes of the pod: those of the task that a container mounts, and those in memory. */
export function volumesOf(plan: Plan): readonly V1Volume[] {
  const kept = plan.containers.filter(({ role }) => role !== 'dropped');
  const mounted = new Set(kept.flatMap((container) => mountsOf(plan, container).map(({ name }) => name)));
  return [
    ...(plan.input.taskDefinition.volumes ?? [])
      .map((volume) => volumeOf(plan, volume))
      .filter(({ name }) => mounted.has(name)),
    ...kept.flatMap((container) => ownVolumes(container, plan).map(({ volume }) => volume)),
  ];
}

/** What a container mounts of the task's volumes, itself or by `volumesFrom`; the first mount of a path counts. */
export function mountsOf(plan: Plan, container: PlannedContainer): readonly V1VolumeMount[] {
  const seen = new Set<PlannedContainer>();
  const gather = (of: PlannedContainer, readOnly: boolean): V1VolumeMount[] => {
    if (seen.has(of)) return [];
    seen.add(of);
    const own = (of.source.mountPoints ?? []).map((point): V1VolumeMount => ({
      name: plan.volumeNames.get(point.sourceVolume ?? '')!,
      mountPath: point.containerPath ?? '',
      ...((point.readOnly === true || readOnly) && { readOnly: true }),
    }));
    const others = (of.source.volumesFrom ?? []).flatMap(({ sourceContainer, readOnly: only }) => {
      const other = plan.containers.find(({ source }) => source.name === sourceContainer);
      return other === undefined ? [] : gather(other, readOnly || only === true);
    });
    return [...own, ...others];
  };
  const all = [...gather(container, false), ...ownVolumes(container, plan).map(({ mount }) => mount)];
  return all.filter(({ mountPath }, index) => all.findIndex((other) => other.mountPath === mountPath) === index);
}

/** Formality: file systems grow by themselves, and the API asks for a number. */
const capacity = '5Gi';

/** A PersistentVolume and its claim for each file system. The volume is cluster-wide. */
export function fileSystemObjectsOf(plan: Plan): readonly (V1PersistentVolume | V1PersistentVolumeClaim)[] {
  const used = new Set(volumesOf(plan).map(({ name }) => name));
  return (plan.input.taskDefinition.volumes ?? []).flatMap((volume) => {
    if (!used.has(plan.volumeNames.get(volume.name ?? '')!)) return [];
    const system = fileSystemOf(volume);
    if (system === undefined) return [];
    const name = claimName(plan, volume);
    const labels = labelsOf(plan);
    const common = { accessModes: ['ReadWriteMany'], storageClassName: '' };
    return [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name, labels },
        spec: {
          ...common,
          capacity: { storage: capacity },
          persistentVolumeReclaimPolicy: 'Retain',
          ...(system.mountOptions !== undefined && { mountOptions: [...system.mountOptions] }),
          csi: {
            driver: efsDriver,
            volumeHandle: system.handle,
            ...(system.attributes !== undefined && { volumeAttributes: { ...system.attributes } }),
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name, labels },
        spec: { ...common, volumeName: name, resources: { requests: { storage: capacity } } },
      },
    ];
  });
}

const volumeAt = ({ plan, indexes }: Field): Volume => plan.input.taskDefinition.volumes![indexes[0]!]!;

const isUsed = (field: Field): boolean =>
  volumesOf(field.plan).some(({ name }) => name === field.plan.volumeNames.get(volumeAt(field).name ?? ''));

const unused: Answer = none(
  'どのコンテナもこのボリュームをマウントしないので、書きません。',
  'No container mounts this volume, so it is not written.',
  { todo: 'nothing', lab: 'workloads' },
);

/** A rule of a volume that some container mounts. */
const used = <T>(decide: (field: Field<T>) => Answer) =>
  rule<T>((field) => (isUsed(field as Field) ? decide(field) : unused));

const fsx = used(() =>
  none(
    'SMB CSI ドライバーの PersistentVolume（source: //DNS-NAME/share と nodeStageSecretRef）を作り、このクレームに結び付けます。Windows のノードでだけ使えます。',
    'Make a PersistentVolume of the SMB CSI driver (source: //DNS-NAME/share, with nodeStageSecretRef) and bind this claim to it. Windows nodes only.',
    { lab: 'workloads' },
  ),
);

const efs = (ja: string, en: string) =>
  used(() => exact(ja, en, { to: 'PersistentVolume.spec.csi', lab: 'workloads' }));

const s3 = used(({ plan }) =>
  approximate(
    `EFS CSI ドライバー 3.0.0 以降の PersistentVolume になります（volumeHandle: s3files:…）。${plan.fargate ? 'EKS Fargate では使えません。' : ''}`,
    `It becomes a PersistentVolume of the EFS CSI driver, version 3.0.0 or later (volumeHandle s3files:…).${plan.fargate ? ' EKS Fargate does not support it.' : ''}`,
    { todo: plan.fargate ? 'decide' : 'elsewhere', to: 'PersistentVolume.spec.csi', lab: 'workloads' },
  ),
);

const mount = exact(
  'volumeMounts になります。Docker は空のボリュームをイメージの中身で満たしますが、emptyDir はそれを隠します。',
  'It goes into volumeMounts. Docker fills an empty volume with what the image has at that path; an emptyDir hides it.',
  { to: 'container.volumeMounts', lab: 'workloads' },
);

const tmpfs = rule(({ plan }) =>
  plan.windows
    ? none('Windows に tmpfs はありません。', 'Windows has no tmpfs.', { todo: 'decide', lab: 'workloads' })
    : approximate(
        'メモリ上の emptyDir になります。Pod と同じだけ続くので、コンテナが再起動しても内容が残ります。コンテナのメモリ上限に数えられます。',
        "It becomes an emptyDir in memory. It lives as long as the pod, so its content survives a restart of the container, and it counts towards the container's memory limit.",
        { to: 'container.volumeMounts', lab: 'workloads' },
      ),
);

const swap = none(
  'スワップはノードの設定です（memorySwap.swapBehavior: LimitedSwap）。コンテナごとには選べません。',
  'Swap is a setting of the node (memorySwap.swapBehavior: LimitedSwap), and not of a container.',
  { lab: 'operations' },
);

const dockerVolume = 'volumes[].dockerVolumeConfiguration';

const driver = used<unknown>((field) =>
  nfsOf(volumeAt(field as Field)) !== undefined
    ? approximate('nfs ボリュームになります。', 'It becomes an nfs volume.', { to: 'pod.volumes', lab: 'workloads' })
    : volumeAt(field as Field).dockerVolumeConfiguration?.driver === 'local' ||
        volumeAt(field as Field).dockerVolumeConfiguration?.driver === undefined
      ? approximate(
          'local ドライバーのオプションは、NFS のほかは書けません。',
          'Options of driver local are not written, except those of NFS.',
          {
            todo: 'decide',
            lab: 'workloads',
          },
        )
      : none(
          'Docker のボリュームプラグインはありません。CSI ドライバー（EBS、EFS、FSx など）の PersistentVolumeClaim に置き換えてください。いまは emptyDir です。',
          'There are no volume plugins of Docker. Put a PersistentVolumeClaim of a CSI driver (EBS, EFS, FSx) in its place; for now it is an emptyDir.',
          { todo: 'decide', to: 'pod.volumes', lab: 'workloads' },
        ),
);

/** Volumes and what is mounted. */
export const volumeRules: Rules = {
  'volumes[].name': used<string>(({ value, plan }) =>
    plan.volumeNames.get(value) === value
      ? exact('ボリュームの名前はそのままです。', 'The name of the volume is kept.', {
          to: 'pod.volumes',
          lab: 'workloads',
        })
      : approximate(
          `ボリュームの名前は DNS ラベルなので、${plan.volumeNames.get(value)} になりました。`,
          `Names of volumes are DNS labels, so it is ${plan.volumeNames.get(value)}.`,
          { to: 'pod.volumes', lab: 'workloads' },
        ),
  ),
  'volumes[].host.sourcePath': used<string>(({ value }) =>
    /docker\.sock$/.test(value)
      ? approximate(
          'hostPath になりますが、EKS のノードは containerd で動き、docker.sock はありません。エージェントの Kubernetes 版（多くは Helm チャート）に置き換えてください。',
          'It becomes a hostPath, but nodes of EKS run containerd: there is no docker.sock. Replace the agent by its edition for Kubernetes, usually a Helm chart.',
          { todo: 'decide', to: 'pod.volumes', lab: 'security' },
        )
      : approximate(
          'hostPath になります。Pod Security の baseline では拒否され、EKS Fargate では使えません。emptyDir か PersistentVolumeClaim にできるなら、そうします。',
          'It becomes a hostPath. Pod Security baseline refuses it, and EKS Fargate has none. Use an emptyDir or a PersistentVolumeClaim where you can.',
          { todo: 'decide', to: 'pod.volumes', lab: 'security' },
        ),
  ),
  'volumes[].configuredAtLaunch': used<boolean>(({ value, plan, indexes }) =>
    !value
      ? exact('タスク定義の設定のとおりです。', 'It is as the task definition says.', { lab: 'workloads' })
      : ephemeralVolumeOf(plan, plan.input.taskDefinition.volumes![indexes[0]!]!.name ?? '') === undefined
        ? approximate(
            '大きさと種類はサービス（volumeConfigurations）にあります。describe-services の出力も渡してください。いまは emptyDir です。',
            'Its size and type are in the service (volumeConfigurations). Give the output of describe-services too; for now it is an emptyDir.',
            { todo: 'decide', to: 'pod.volumes', lab: 'workloads' },
          )
        : approximate(
            `汎用エフェメラルボリュームになり、Pod と一緒に作られ、消えます。${plan.fargate ? 'EKS Fargate では EBS を使えません。EC2 のノードで動かしてください。' : ''}`,
            `It becomes a generic ephemeral volume, made and deleted with the pod.${plan.fargate ? ' EKS Fargate has no EBS: run it on EC2 nodes.' : ''}`,
            { todo: plan.fargate ? 'decide' : 'nothing', to: 'pod.volumes', lab: 'workloads' },
          ),
  ),
  [`${dockerVolume}.scope`]: used<string>((field) =>
    nfsOf(volumeAt(field as Field)) !== undefined
      ? approximate('nfs ボリュームになります。', 'It becomes an nfs volume.', { to: 'pod.volumes', lab: 'workloads' })
      : field.value === 'task'
        ? exact('emptyDir になり、Pod と一緒に消えます。', 'It becomes an emptyDir, which goes with the pod.', {
            to: 'pod.volumes',
            lab: 'workloads',
          })
        : approximate(
            `ノードの ${sharedFolder} の hostPath になります。Pod Security の baseline では拒否されます。データを残すなら、EFS か EBS の PersistentVolumeClaim にします。`,
            `It becomes a hostPath in ${sharedFolder} of the node, which Pod Security baseline refuses. To keep data, use a PersistentVolumeClaim of EFS or EBS.`,
            { todo: 'decide', to: 'pod.volumes', lab: 'workloads' },
          ),
  ),
  [`${dockerVolume}.autoprovision`]: used(() =>
    approximate('hostPath の DirectoryOrCreate に当たります。', 'As DirectoryOrCreate of a hostPath.', {
      to: 'pod.volumes',
      lab: 'workloads',
    }),
  ),
  [`${dockerVolume}.driver`]: driver,
  [`${dockerVolume}.driverOpts`]: driver,
  [`${dockerVolume}.labels`]: used(() =>
    none(
      'ボリュームのラベルは、クレームのメタデータに書きます。',
      'Labels of a volume go onto its claim, if it has one.',
      {
        todo: 'nothing',
        lab: 'workloads',
      },
    ),
  ),
  'volumes[].efsVolumeConfiguration.fileSystemId': used(({ plan }) =>
    approximate(
      `静的な PersistentVolume とクレームになります。${plan.fargate ? 'EKS Fargate には EFS CSI ドライバーが組み込まれています。' : 'EFS CSI ドライバーのアドオンが必要です。'}PersistentVolume はクラスター全体のもので、容量は形式的な数です。`,
      `It becomes a static PersistentVolume and its claim. ${plan.fargate ? 'EKS Fargate has the EFS CSI driver built in.' : 'The add-on of the EFS CSI driver has to be installed.'} The PersistentVolume is cluster-wide, and its capacity a formality.`,
      { todo: plan.fargate ? 'nothing' : 'elsewhere', to: 'PersistentVolume.spec.csi', lab: 'workloads' },
    ),
  ),
  'volumes[].efsVolumeConfiguration.rootDirectory': efs(
    'volumeHandle のパスです。',
    'It is the path in the volumeHandle.',
  ),
  'volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId': efs(
    'volumeHandle のアクセスポイントです。',
    'It is the access point in the volumeHandle.',
  ),
  'volumes[].efsVolumeConfiguration.authorizationConfig.iam': used<string>(({ value }) =>
    value === 'ENABLED'
      ? approximate(
          'mountOptions の iam になりますが、使われるのはタスクロールではなく、ドライバーのノード Pod のロールです。ファイルシステムポリシーでそのロールを許可してください。',
          "It becomes mount option iam, but the identity is that of the driver's pod on the node, and not the task role. Allow that role in the file system policy.",
          { todo: 'elsewhere', to: 'PersistentVolume.spec.mountOptions', lab: 'security' },
        )
      : exact('IAM の認可は使いません。', 'IAM authorization is off.', { lab: 'security' }),
  ),
  'volumes[].efsVolumeConfiguration.transitEncryption': efs(
    'encryptInTransit になります。ドライバーの既定は有効、ECS の既定は無効なので、必ず書きます。',
    "It is encryptInTransit, which is always written: on is the driver's default, and off is that of ECS.",
  ),
  'volumes[].efsVolumeConfiguration.transitEncryptionPort': used(() =>
    none('マウントヘルパーがポートを選びます。', 'The mount helper chooses a port.', {
      todo: 'nothing',
      lab: 'workloads',
    }),
  ),
  ...forAll(
    ['fileSystemArn', 'rootDirectory', 'accessPointArn'].map(
      (field) => `volumes[].s3filesVolumeConfiguration.${field}`,
    ),
    s3,
  ),
  'volumes[].s3filesVolumeConfiguration.transitEncryptionPort': used(() =>
    none('マウントヘルパーがポートを選びます。', 'The mount helper chooses a port.', {
      todo: 'nothing',
      lab: 'workloads',
    }),
  ),
  ...forAll(
    ['fileSystemId', 'rootDirectory', 'authorizationConfig.credentialsParameter', 'authorizationConfig.domain'].map(
      (field) => `volumes[].fsxWindowsFileServerVolumeConfiguration.${field}`,
    ),
    fsx,
  ),
  ...forAll(
    ['sourceVolume', 'containerPath', 'readOnly'].map((field) => `containerDefinitions[].mountPoints[].${field}`),
    mount,
  ),
  ...forAll(
    ['sourceContainer', 'readOnly'].map((field) => `containerDefinitions[].volumesFrom[].${field}`),
    rule(({ plan, container }) =>
      mountsOf(plan, container).length === 0
        ? approximate(
            '元のコンテナはボリュームをマウントしていません。イメージの VOLUME だけのボリュームは共有されません。',
            'The other container mounts nothing. Volumes that only its image declares are not shared.',
            { lab: 'workloads' },
          )
        : approximate(
            '元のコンテナの volumeMounts を写しました。イメージの VOLUME だけのボリュームは共有されません。',
            "The other container's mounts are repeated. Volumes that only its image declares are not shared.",
            { to: 'container.volumeMounts', lab: 'workloads' },
          ),
    ),
  ),
  'containerDefinitions[].linuxParameters.sharedMemorySize': rule<number>(({ value, plan }) =>
    value === 0 || plan.windows
      ? exact('共有メモリの指定はありません。', 'No shared memory is asked for.', { lab: 'workloads' })
      : approximate(
          '/dev/shm にマウントする、メモリ上の emptyDir になります。コンテナのメモリ上限に数えられます。',
          "It becomes an emptyDir in memory at /dev/shm, which counts towards the container's memory limit.",
          { to: 'container.volumeMounts', lab: 'workloads' },
        ),
  ),
  'containerDefinitions[].linuxParameters.tmpfs[].containerPath': tmpfs,
  'containerDefinitions[].linuxParameters.tmpfs[].size': tmpfs,
  'containerDefinitions[].linuxParameters.tmpfs[].mountOptions[]': none(
    'emptyDir にマウントオプション（noexec、nosuid など）は付けられません。',
    'An emptyDir takes no mount options, such as noexec or nosuid.',
    { todo: 'decide', lab: 'workloads' },
  ),
  'containerDefinitions[].linuxParameters.maxSwap': swap,
  'containerDefinitions[].linuxParameters.swappiness': swap,
};
