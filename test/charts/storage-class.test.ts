import { expect, test } from '@jest/globals';
import { ebsStorageClass } from '../../charts/storage-class.ts';

test('volumes are encrypted, wait for their pod, and go with their claim', () => {
  expect(ebsStorageClass().toJson()).toEqual([
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'ebs-gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    },
  ]);
});
