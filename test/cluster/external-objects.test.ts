import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { ExternalError } from '../../lib/core/errors.ts';
import { type RemoveExternalOptions, removeExternal } from '../../lib/targets/aws/external-objects.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { waitUntil } from '../wait-until.ts';
import {
  buildTime,
  clusterOf,
  describeCluster,
  installPrograms,
  kubectl,
  kubectlDone,
  Machine,
} from './environment.ts';

jest.setTimeout(300_000);

const metadata = (name: string, namespace: string, finalizers: readonly string[] = []) => ({
  name,
  namespace,
  finalizers,
});
const service = (name: string, namespace: string, type: string, finalizers: readonly string[] = []) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    ...metadata(name, namespace, finalizers),
    // A policy of the environment refuses what would be open to the world.
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' },
  },
  spec: { type, ports: [{ port: 80 }] },
});
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' };
const claim = (name: string, namespace: string, finalizers: readonly string[] = []) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(name, namespace, finalizers),
  spec: claimSpec,
});
const volume = (name: string, namespace: string, claimName: string, policy: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, finalizers: ['external-provisioner.volume.kubernetes.io/finalizer'] },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: policy,
    storageClassName: '',
    claimRef: { namespace, name: claimName },
    csi: { driver: 'ebs.csi.aws.com', volumeHandle: `vol-${name}` },
  },
});
const container = (claimName: string) => ({
  containers: [
    { name: 'main', image: 'registry.k8s.io/pause:3.10', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
  ],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
});
const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describeCluster('removal through Kubernetes', () => {
  let machine: Machine;
  let access: LabAccess;
  let cluster: Cluster;

  const apply = (...items: object[]) =>
    kubectlDone(access, 'create -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const left = async (types: string, namespace: string) =>
    (await kubectlDone(access, `get ${types} -n ${namespace} -o name --ignore-not-found`)).split('\n').filter(Boolean);
  const unfinalize = (object: string, namespace: string) =>
    kubectlDone(access, `patch ${object} -n ${namespace} --type=merge -p {"metadata":{"finalizers":null}}`);
  const remove = (options: Partial<RemoveExternalOptions> = {}) =>
    removeExternal(cluster, { signal: new AbortController().signal, timeoutMs: 90_000, pollMs: 100, ...options });

  beforeAll(async () => {
    const version = kubernetesVersions[0];
    await installPrograms(version);
    machine = await Machine.make();
    access = await machine.up(lab, parseSettings({ kubernetes: version }));
    cluster = clusterOf(access, lab);
    await apply(namespaceOf('shop'), namespaceOf('other'));
  }, buildTime);
  afterAll(() => machine.remove());

  test('nothing to remove is no failure, also when one of the APIs is not installed', async () => {
    expect(await remove()).toEqual([]);
  });

  test('takes load balancers, ingresses and claims, of the given namespaces only, and leaves the rest', async () => {
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata('site', 'shop'),
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    };
    await apply(
      service('web', 'shop', 'LoadBalancer'),
      service('inner', 'shop', 'ClusterIP'),
      // Was a load balancer, whose removal its controller has not finished.
      service('former', 'shop', 'ClusterIP', ['service.kubernetes.io/load-balancer-cleanup']),
      ingress,
      claim('data', 'shop'),
      service('web', 'other', 'LoadBalancer'),
      service('web', 'kube-system', 'LoadBalancer'),
    );
    const removing = remove({ namespaces: ['shop'] });
    await waitUntil('the deletion has begun', async () => (await left('service', 'shop')).length === 2);
    await unfinalize('service/former', 'shop');
    expect([...(await removing)].sort()).toEqual([
      'Ingress shop/site',
      'PersistentVolumeClaim shop/data',
      'Service shop/former',
      'Service shop/web',
    ]);
    expect(await left('service,ingress,pvc', 'shop')).toEqual(['service/inner']);
    expect(await left('service', 'other')).toEqual(['service/web']);

    expect(await remove()).toEqual(['Service other/web']);
    expect(await left('service', 'kube-system')).toContain('service/web');
    expect(await left('deployment', lab.namespace)).toEqual(['deployment.apps/web']);
  });

  test('waits for finalizers, and names at the deadline what is left and what holds it', async () => {
    await apply(
      claim('stuck', 'shop', ['example.com/never']),
      service('slow', 'shop', 'LoadBalancer', ['example.com/slow']),
    );
    // The control plane holds a claim as well, until it has seen that no pod uses it.
    await kubectlDone(access, 'delete pvc/stuck -n shop --wait=false');
    const finalizers = () => kubectlDone(access, 'get pvc/stuck -n shop -o jsonpath={.metadata.finalizers}');
    await waitUntil('it holds it no longer', async () => (await finalizers()) === '["example.com/never"]');
    const failing = remove({ timeoutMs: 10_000 });
    await expect(failing).rejects.toThrow(ExternalError);
    await expect(failing).rejects.toThrow(
      /^After 10 seconds still there are Service shop\/slow \(held by example\.com\/slow\), PersistentVolumeClaim shop\/stuck \(held by example\.com\/never\)\. Look at/,
    );
    await unfinalize('service/slow', 'shop');
    const again = remove();
    await unfinalize('pvc/stuck', 'shop');
    // They were deleted before, so this time nothing had to be.
    expect(await again).toEqual([]);
    expect(await left('service,pvc', 'shop')).toEqual(['service/inner']);
  });

  test('deletes the pods that hold a claim, and waits for its volume, unless that is retained', async () => {
    await apply(
      volume('kept', 'shop', 'kept', 'Retain'),
      volume('gone', 'shop', 'used', 'Delete'),
      claim('kept', 'shop'),
      claim('used', 'shop'),
      { apiVersion: 'v1', kind: 'Pod', metadata: metadata('user', 'shop'), spec: container('used') },
    );
    await kubectlDone(access, 'wait pod/user -n shop --for=condition=Ready --timeout=60s');
    let done = false;
    const removing = remove().finally(() => (done = true));
    await waitUntil('the claims are gone', async () => (await left('pvc,pod', 'shop')).length === 0);
    expect(done).toBe(false);
    // As the CSI driver does when the volume is gone.
    await kubectlDone(access, 'patch pv/gone --type=merge -p {"metadata":{"finalizers":null}}');
    await kubectl(access, 'delete pv/gone');
    expect([...(await removing)].sort()).toEqual([
      'PersistentVolumeClaim shop/kept',
      'PersistentVolumeClaim shop/used',
    ]);
    expect(await kubectlDone(access, 'get pv -o name')).toBe('persistentvolume/kept');
  });

  test('a stateful set goes before its claims, which it would recreate', async () => {
    const labels = { app: 'db' };
    await apply({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: metadata('db', 'shop'),
      spec: {
        serviceName: 'db',
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }],
      },
    });
    await waitUntil('its claim is there', async () => (await left('pvc', 'shop')).length === 1);
    expect(await remove()).toEqual(['StatefulSet shop/db', 'PersistentVolumeClaim shop/data-db-0']);
    expect(await left('statefulset,pvc', 'shop')).toEqual([]);
  });

  test('takes Gateways where there is such an API', async () => {
    const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    await apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: 'gateways.gateway.networking.k8s.io',
        annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2466' },
      },
      spec: {
        group: 'gateway.networking.k8s.io',
        scope: 'Namespaced',
        names: { plural: 'gateways', singular: 'gateway', kind: 'Gateway' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    });
    await kubectlDone(access, 'wait crd/gateways.gateway.networking.k8s.io --for=condition=Established --timeout=90s');
    await apply({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: metadata('site', 'shop') });
    expect(await remove()).toEqual(['Gateway shop/site']);
    expect(await left('gateway', 'shop')).toEqual([]);
  });

  test('an abort ends the waiting with its own reason', async () => {
    await apply(claim('held', 'shop', ['example.com/never']));
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('Interrupted by hand.')), 500);
    await expect(remove({ signal: abort.signal })).rejects.toThrow('Interrupted by hand.');
    await unfinalize('pvc/held', 'shop');
  });

  test('a namespace that is missing holds nothing', async () => {
    expect(await remove({ namespaces: ['nowhere'] })).toEqual([]);
  });
});
