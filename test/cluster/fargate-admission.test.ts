import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { fargateAdmissionYaml } from '../../charts/fargate-admission.ts';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { waitUntil } from '../wait-until.ts';
import { testedVersions } from '../tier.ts';
import { buildTime, describeCluster, installPrograms, kubectl, kubectlDone, Machine } from './environment.ts';

jest.setTimeout(300_000);

const namespace = 'serverless';

/** What somebody asks of a container or of a pod. */
type Fields = Readonly<Record<string, unknown>>;

const image = 'registry.k8s.io/pause:3.10';
const withContainer = (fields: Fields): Fields => ({ containers: [{ name: 'app', image, ...fields }] });
const withPod = (fields: Fields): Fields => ({ ...withContainer({}), ...fields });
const withVolume = (source: Fields): Fields => withPod({ volumes: [{ name: 'data', ...source }] });
const selecting = (label: string, value: string): Fields => withPod({ nodeSelector: { [label]: value } });
const affinity = (...architectures: string[][]): Fields =>
  withPod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: architectures.map((values) => ({
            matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values }],
          })),
        },
      },
    },
  });
const claimed = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

const object = (kind: string, apiVersion: string, spec: Fields, name = 'app', where = namespace): Fields => ({
  apiVersion,
  kind,
  metadata: { name, namespace: where },
  spec,
});
const pod = (spec: Fields, where = namespace) => object('Pod', 'v1', spec, 'app', where);

/** Each workload that makes pods of a template. */
const workload = (kind: string, podSpec: Fields): Fields => {
  const labels = { app: 'app' };
  const template = { metadata: { labels }, spec: podSpec };
  const job = { template: { ...template, spec: { ...podSpec, restartPolicy: 'Never' } } };
  if (kind === 'Job') return object(kind, 'batch/v1', job);
  if (kind === 'CronJob') return object(kind, 'batch/v1', { schedule: '0 0 * * *', jobTemplate: { spec: job } });
  return object(kind, 'apps/v1', { selector: { matchLabels: labels }, template });
};

const refused: readonly [what: string, spec: Fields, sentence: string, offender: string][] = [
  [
    'a privileged container',
    withContainer({ securityContext: { privileged: true } }),
    'no privileged containers',
    'app',
  ],
  [
    'a privileged init container',
    withPod({ initContainers: [{ name: 'first', image, securityContext: { privileged: true } }] }),
    'no privileged containers',
    'first',
  ],
  [
    'an added capability',
    withContainer({ securityContext: { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } } }),
    'no capabilities beyond its usual ones',
    'app',
  ],
  ['hostNetwork', withPod({ hostNetwork: true }), "none of the host's namespaces", 'hostNetwork'],
  [
    'hostPID and hostIPC',
    withPod({ hostPID: true, hostIPC: true }),
    "none of the host's namespaces",
    'hostPID, hostIPC',
  ],
  ['a host port', withContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }), 'no ports on a host', 'app'],
  ['a host IP', withContainer({ ports: [{ containerPort: 80, hostIP: '127.0.0.1' }] }), 'no ports on a host', 'app'],
  ['a host path', withVolume({ hostPath: { path: '/var/log' } }), 'nothing of the host', 'data'],
  ['an EBS volume', withVolume({ awsElasticBlockStore: { volumeID: 'vol-1' } }), 'no EBS volumes', 'data'],
  [
    'an ephemeral claim',
    withVolume({ ephemeral: { volumeClaimTemplate: claimed } }),
    'no volumes provisioned for a pod',
    'data',
  ],
  [
    'an inline CSI volume',
    withVolume({ csi: { driver: 'secrets-store.csi.k8s.io' } }),
    'no inline CSI volumes',
    'data',
  ],
  ['a GPU', withContainer({ resources: { limits: { 'nvidia.com/gpu': '1' } } }), 'no GPU, Neuron or other', 'app'],
  [
    'Neuron',
    withContainer({ resources: { limits: { 'aws.amazon.com/neuron': '1' } } }),
    'no GPU, Neuron or other',
    'app',
  ],
  ['arm64', selecting('kubernetes.io/arch', 'arm64'), 'on amd64 only', 'nodeSelector'],
  ['affinity to arm64', affinity(['arm64']), 'on amd64 only', 'nodeAffinity'],
  ['Windows', selecting('kubernetes.io/os', 'windows'), 'on Linux only', 'nodeSelector'],
  ['Windows by its name', withPod({ os: { name: 'windows' } }), 'on Linux only', 'os'],
  ['Spot of EKS', selecting('eks.amazonaws.com/capacityType', 'SPOT'), 'no Spot capacity for EKS', 'eks.amazonaws.com'],
  ['Spot of Karpenter', selecting('karpenter.sh/capacity-type', 'spot'), 'no Spot capacity for EKS', 'karpenter.sh'],
];

/** Near misses: what Fargate does run. */
const accepted: readonly [what: string, spec: Fields][] = [
  ['a container that says nothing', withContainer({})],
  ['a container that says it is not privileged', withContainer({ securityContext: { privileged: false } })],
  ['dropped capabilities', withContainer({ securityContext: { capabilities: { drop: ['ALL'], add: [] } } })],
  ['host namespaces that are turned down', withPod({ hostNetwork: false, hostPID: false, hostIPC: false })],
  ['a container port', withContainer({ ports: [{ containerPort: 8080 }] })],
  ['an emptyDir', withVolume({ emptyDir: {} })],
  ['a ConfigMap', withVolume({ configMap: { name: 'settings' } })],
  ['a claim, which may be one for EFS', withVolume({ persistentVolumeClaim: { claimName: 'files' } })],
  [
    'vCPU, memory and storage',
    withContainer({ resources: { limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' } } }),
  ],
  ['amd64', selecting('kubernetes.io/arch', 'amd64')],
  ['affinity to amd64 or arm64', affinity(['arm64', 'amd64'])],
  ['affinity to arm64, or else to amd64', affinity(['arm64'], ['amd64'])],
  ['Linux', { ...selecting('kubernetes.io/os', 'linux'), os: { name: 'linux' } }],
  ['on-demand capacity', selecting('eks.amazonaws.com/capacityType', 'ON_DEMAND')],
];

describeCluster.each(testedVersions)('admission of what Fargate runs, on Kubernetes %s', (version) => {
  let machine: Machine;
  let access: LabAccess;

  const create = (manifest: Fields) => kubectl(access, 'create --dry-run=server -f -', JSON.stringify(manifest));
  const isDenied = async (manifest: Fields) => (await create(manifest)).text.includes('denied request');
  const isRefused = async (manifest: Fields, sentence: string) => {
    const { text, code } = await create(manifest);
    expect(text).toMatch(/ValidatingAdmissionPolicy 'fargate-(pods|claims)'.* denied request: Fargate /);
    expect(text).toContain(sentence);
    expect(code).toBe(1);
    return text;
  };
  const isAccepted = async (manifest: Fields) => expect(await create(manifest)).toMatchObject({ code: 0 });

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    access = await machine.up(lab, parseSettings({ kubernetes: version }));
    await kubectlDone(access, `create namespace ${namespace}`);
    const profiles = [{ name: 'all', namespaces: ['kube-system', namespace] }];
    await kubectlDone(access, 'apply -f -', fargateAdmissionYaml(profiles));
    const privileged = pod(withContainer({ securityContext: { privileged: true } }));
    await waitUntil('the policies are in force', () => isDenied(privileged));
  }, buildTime);
  afterAll(() => machine.remove());

  test('the API server finds no error of type in any expression', async () => {
    const checked = async () =>
      kubectlDone(
        access,
        `get validatingadmissionpolicies fargate-pods fargate-claims -o jsonpath='{.items[*].status.typeChecking}'`,
      );
    await waitUntil('both policies are checked', async () => (await checked()).includes('} {'));
    expect(await checked()).toBe('{} {}');
  });

  test.each(refused)('%s is refused', async (_, spec, sentence, offender) => {
    expect(await isRefused(pod(spec), sentence)).toMatch(new RegExp(`Found in: .*${offender}.*\\.`));
  });

  test.each(accepted)('%s is accepted', async (_, spec) => {
    await isAccepted(pod(spec));
  });

  test.each(['Deployment', 'ReplicaSet', 'StatefulSet', 'Job', 'CronJob'])(
    'a %s is refused for its pods, and accepted without what they ask for',
    async (kind) => {
      await isRefused(workload(kind, withPod({ hostNetwork: true })), "none of the host's namespaces");
      await isAccepted(workload(kind, withPod({})));
    },
  );

  test('a DaemonSet is refused, whatever its pods ask for', async () => {
    await isRefused(workload('DaemonSet', withPod({})), 'Fargate runs no DaemonSets');
  });

  test.each(['kube-system', 'default'])('namespace %s is none of its business', async (where) => {
    await isAccepted(pod(withPod({ hostNetwork: true }), where));
  });

  test('what kubectl debug adds to a running pod is looked at as well', async () => {
    await kubectlDone(access, 'create -f -', JSON.stringify(pod(withContainer({}))));
    const debug = (profile: string) =>
      kubectl(access, `debug app -n ${namespace} --image=${image} --profile=${profile} --attach=false`);
    const { text, code } = await debug('sysadmin');
    expect(text).toMatch(/Fargate runs no privileged containers.* Found in: debugger-\w+\./);
    expect(code).toBe(1);
    expect(await debug('restricted')).toMatchObject({ code: 0 });
    // An update that says nothing about containers.
    await kubectlDone(access, `label pod app -n ${namespace} seen=true`);
  });

  test('a workload that was there before the policies can be labelled, repaired and deleted, not made worse', async () => {
    const bad = workload('Deployment', withPod({ hostNetwork: true }));
    const binding = 'validatingadmissionpolicybinding/fargate-pods';
    const actions = (action: string) =>
      kubectlDone(access, `patch ${binding} --type=merge -p '{"spec":{"validationActions":["${action}"]}}'`);
    await actions('Audit');
    await waitUntil('the policy only looks on', async () => !(await isDenied(bad)));
    await kubectlDone(access, 'create -f -', JSON.stringify(bad));
    await actions('Deny');
    await waitUntil('the policy refuses again', () => isDenied(bad));

    await kubectlDone(access, `label deployment/app -n ${namespace} seen=true`);
    const worse = await kubectl(access, `set env deployment/app -n ${namespace} A=b`);
    expect(worse.text).toContain("none of the host's namespaces");
    const patch = `{"spec":{"template":{"spec":{"hostNetwork":false}}}}`;
    await kubectlDone(access, `patch deployment/app -n ${namespace} --type=merge -p '${patch}'`);
    await kubectlDone(access, `delete deployment/app -n ${namespace} --cascade=foreground --timeout=90s`);
  });

  test('the sample workload passes unchanged', async () => {
    const yaml = (await lab.loadManifests()).replaceAll(`namespace: ${lab.namespace}`, `namespace: ${namespace}`);
    const [, ...objects] = yaml.split('---\n');
    await kubectlDone(access, 'apply --dry-run=server -f -', objects.join('---\n'));
  });

  test('a claim is refused if its storage class makes volumes of EBS, and only then', async () => {
    const storageClass = (name: string, provisioner: string, more: Fields = {}) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name, ...more },
      provisioner,
    });
    const isDefault = { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } };
    for (const each of [
      storageClass('disks', 'ebs.csi.aws.com', isDefault),
      storageClass('files', 'efs.csi.aws.com'),
      storageClass('by-hand', 'kubernetes.io/no-provisioner'),
    ]) {
      await kubectlDone(access, 'create -f -', JSON.stringify(each));
    }
    const claim = (more: Fields) => object('PersistentVolumeClaim', 'v1', { ...claimed.spec, ...more });
    const named = claim({ storageClassName: 'disks' });
    await waitUntil('the policy knows the classes', () => isDenied(named));
    await isRefused(named, 'no volumes that ebs.csi.aws.com makes, as storage class disks has it');
    await isRefused(claim({}), 'storage class disks');
    for (const name of ['files', 'by-hand', '']) await isAccepted(claim({ storageClassName: name }));

    const set = (spec: Fields) => ({
      ...workload('StatefulSet', withPod({})),
      spec: {
        selector: { matchLabels: { app: 'app' } },
        template: { metadata: { labels: { app: 'app' } }, spec: withPod({}) },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { ...claimed.spec, ...spec } }],
      },
    });
    await isRefused(set({ storageClassName: 'disks' }), 'storage class disks');
    await isRefused(set({}), 'storage class disks');
    await isAccepted(set({ storageClassName: 'files' }));
  });
});
