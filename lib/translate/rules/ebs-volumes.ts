import type { V1PersistentVolumeClaimSpec, V1StorageClass, V1Volume } from '../kubernetes-types.ts';
import type { ServiceVolumeConfiguration } from '@aws-sdk/client-ecs';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { approximate, exact, none } from '../finding.ts';
import { labelsOf } from './identity.ts';
import { dnsLabel } from '../names.ts';
import type { Plan } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

/** The file system of a volume of ECS that says nothing. That of the driver is ext4. */
const defaultFileSystem = 'xfs';

/** The size of a volume made from a snapshot of unknown size: the least that the API server accepts; the driver grows it. */
const leastSize = 1;

const configurationOf = ({ input }: Plan, name: string): ServiceVolumeConfiguration | undefined =>
  input.service?.volumeConfigurations?.find((configuration) => configuration.name === name);

const classNameOf = (plan: Plan, { name = '' }: ServiceVolumeConfiguration): string => dnsLabel(`${plan.name}-${name}`);

/** The volume that ECS makes for each task: a generic ephemeral volume. Undefined without its configuration. */
export function ephemeralVolumeOf(plan: Plan, name: string): Pick<V1Volume, 'ephemeral'> | undefined {
  const configuration = configurationOf(plan, name);
  const volume = configuration?.managedEBSVolume;
  if (configuration === undefined || volume === undefined) return undefined;
  const spec: V1PersistentVolumeClaimSpec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: classNameOf(plan, configuration),
    resources: { requests: { storage: `${volume.sizeInGiB ?? leastSize}Gi` } },
    ...(volume.snapshotId !== undefined && {
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: dnsLabel(volume.snapshotId) },
    }),
  };
  return { ephemeral: { volumeClaimTemplate: { metadata: { labels: labelsOf(plan) }, spec } } };
}

const usedConfigurations = (plan: Plan): readonly ServiceVolumeConfiguration[] =>
  (plan.input.service?.volumeConfigurations ?? []).filter(
    ({ name, managedEBSVolume }) =>
      managedEBSVolume !== undefined &&
      plan.input.taskDefinition.volumes?.some((volume) => volume.name === name && volume.configuredAtLaunch === true),
  );

/** A StorageClass for each volume, with what ECS would make. It is cluster-wide. */
export function storageClassesOf(plan: Plan): readonly V1StorageClass[] {
  return usedConfigurations(plan).map((configuration) => {
    const volume = configuration.managedEBSVolume!;
    const tags = (volume.tagSpecifications ?? []).flatMap(({ tags: each = [] }) => each);
    return {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: classNameOf(plan, configuration), labels: labelsOf(plan) },
      provisioner: 'ebs.csi.aws.com',
      parameters: {
        ...(volume.volumeType !== undefined && { type: volume.volumeType }),
        'csi.storage.k8s.io/fstype': volume.filesystemType ?? defaultFileSystem,
        ...(volume.iops !== undefined && { iops: String(volume.iops) }),
        ...(volume.throughput !== undefined && { throughput: String(volume.throughput) }),
        ...(volume.encrypted !== undefined && { encrypted: String(volume.encrypted) }),
        ...(volume.kmsKeyId !== undefined && { kmsKeyId: volume.kmsKeyId }),
        ...Object.fromEntries(
          tags.map(({ key, value }, index) => [`tagSpecification_${index + 1}`, `${key}=${value ?? ''}`]),
        ),
      },
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
    };
  });
}

/** Snapshots that volumes begin with, for the snapshot controller. */
export function snapshotsOf(plan: Plan): readonly KubernetesObject[] {
  const ids = usedConfigurations(plan).flatMap(({ managedEBSVolume }) => managedEBSVolume?.snapshotId ?? []);
  return [...new Set(ids)].flatMap((id): KubernetesObject[] => [
    {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotContent',
      metadata: { name: dnsLabel(id) },
      spec: {
        driver: 'ebs.csi.aws.com',
        deletionPolicy: 'Retain',
        source: { snapshotHandle: id },
        volumeSnapshotRef: { name: dnsLabel(id), namespace: 'NAMESPACE' },
      },
    },
    {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { name: dnsLabel(id) },
      spec: { source: { volumeSnapshotContentName: dnsLabel(id) } },
    },
  ]);
}

const base = 'service.volumeConfigurations[]';
const ebs = `${base}.managedEBSVolume`;

/** A rule of a volume that the task definition has. */
const written = (ja: string, en: string, to: string) =>
  rule(({ plan, indexes }) =>
    usedConfigurations(plan).includes(plan.input.service!.volumeConfigurations![indexes[0]!]!)
      ? exact(ja, en, { to, lab: 'workloads' })
      : none(
          'タスク定義に、configuredAtLaunch のボリュームとしてこの名前がありません。',
          'The task definition has no volume of this name with configuredAtLaunch.',
          { todo: 'decide', lab: 'workloads' },
        ),
  );

const tag = approximate(
  'StorageClass の tagSpecification_N になります。サービスやタスク定義からのタグの伝播はありません。',
  'It becomes tagSpecification_N of the StorageClass. Tags are not propagated from a service or a task definition.',
  { to: 'StorageClass.parameters', lab: 'workloads' },
);

/** Volumes of Amazon EBS that ECS makes when a task starts. */
export const ebsVolumeRules: Rules = {
  [`${base}.name`]: written(
    '同じ名前のボリュームの設定です。',
    'It configures the volume of that name.',
    'pod.volumes',
  ),
  [`${ebs}.sizeInGiB`]: written(
    'Pod と一緒に作られ、消えるボリュームの大きさです。残したいデータには、StatefulSet の volumeClaimTemplates を使います。',
    'The size of a volume that is made and deleted with the pod. For data to keep, use volumeClaimTemplates of a StatefulSet.',
    'pod.volumes',
  ),
  ...forAll(
    ['volumeType', 'iops', 'throughput', 'encrypted', 'kmsKeyId'].map((field) => `${ebs}.${field}`),
    written(
      'StorageClass のパラメーターになります。StorageClass はクラスター全体のもので、EBS CSI ドライバーが必要です。',
      'A parameter of the StorageClass, which is cluster-wide and needs the EBS CSI driver.',
      'StorageClass.parameters',
    ),
  ),
  [`${ebs}.filesystemType`]: written(
    'fstype です。ECS の既定は xfs、ドライバーの既定は ext4 なので、必ず書きます。',
    "It is fstype, which is always written: ECS's default is xfs, the driver's is ext4.",
    'StorageClass.parameters',
  ),
  [`${ebs}.snapshotId`]: approximate(
    'add-ons の VolumeSnapshot からボリュームを作ります。スナップショットコントローラーが必要で、NAMESPACE を書き換えます。',
    'The volume begins with the VolumeSnapshot among the add-ons, which needs the snapshot controller. Replace NAMESPACE.',
    { todo: 'elsewhere', to: 'pod.volumes', lab: 'workloads' },
  ),
  [`${ebs}.volumeInitializationRate`]: none(
    '書いていません。使っている EBS CSI ドライバーのパラメーターの一覧（docs/parameters.md）で確かめてください。',
    'Not written. Look it up among the parameters of your EBS CSI driver (docs/parameters.md).',
    { todo: 'decide', lab: 'workloads' },
  ),
  [`${ebs}.tagSpecifications[].resourceType`]: tag,
  [`${ebs}.tagSpecifications[].tags[].key`]: tag,
  [`${ebs}.tagSpecifications[].tags[].value`]: tag,
  [`${ebs}.tagSpecifications[].propagateTags`]: none(
    'タグの伝播はありません。StorageClass の tagSpecification_N に書きます。',
    'Tags are not propagated. Write them as tagSpecification_N of the StorageClass.',
    { todo: 'decide', lab: 'workloads' },
  ),
  [`${ebs}.roleArn`]: none(
    'EBS CSI ドライバー自身のロールがボリュームを作ります。',
    'The EBS CSI driver makes volumes with a role of its own.',
    { lab: 'security' },
  ),
};
