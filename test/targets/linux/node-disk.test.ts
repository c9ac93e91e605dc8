import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { V1DaemonSet, V1StorageClass } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { nodeDiskImage, nodeDiskRollout, nodeDiskYaml, volumesFolder } from '../../../lib/targets/linux/node-disk.ts';
import { standInsFolder } from '../../../lib/targets/linux/node.ts';

const objects = parseAllDocuments(nodeDiskYaml()).map((document) => document.toJS() as { kind: string });
const object = (kind: string): object => {
  const found = objects.filter((each) => each.kind === kind);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const daemonSet = object('DaemonSet') as V1DaemonSet;
const pod = daemonSet.spec!.template.spec!;

test('a claim that names no class gets a volume where its pod is, and takes it along when it goes', () => {
  const storageClass = object('StorageClass') as V1StorageClass;
  expect(storageClass).toMatchObject({
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    volumeBindingMode: 'WaitForFirstConsumer',
    reclaimPolicy: 'Delete',
  });
  expect(pod.containers[0]!.args).toContain(`-provisioner=${storageClass.provisioner}`);
});

test('volumes are in one folder, which a node keeps on its disk', () => {
  expect(pod.volumes).toEqual([{ name: 'volumes', hostPath: { path: volumesFolder, type: 'Directory' } }]);
  // The path in a volume's object is the node's, so it has to be the container's too.
  expect(pod.containers[0]).toMatchObject({
    image: nodeDiskImage,
    args: expect.arrayContaining([`-folder=${volumesFolder}`]),
    volumeMounts: [{ name: 'volumes', mountPath: volumesFolder }],
  });
  const kept = /for each in (\/etc\/cni [^;]*); do/.exec(
    readFileSync(path.join(standInsFolder, 'node-init'), 'utf8'),
  )?.[1];
  expect(kept?.split(/[\s\\]+/)).toContain(volumesFolder);
});

test('what waits for it names it', () => {
  const { name, namespace } = daemonSet.metadata!;
  expect(nodeDiskRollout).toEqual([`daemonset/${name}`, '--namespace', namespace]);
});

test('its pods have no more rights than they need', () => {
  expect(objects.filter(({ kind }) => kind === 'ClusterRole')).toEqual([
    expect.objectContaining({
      rules: expect.not.arrayContaining([
        expect.objectContaining({
          resources: expect.arrayContaining([expect.stringMatching(/pods|nodes|secrets|\*/)]),
        }),
      ]),
    }),
  ]);
  expect(pod.containers[0]!.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(pod).not.toHaveProperty('hostNetwork');
});
