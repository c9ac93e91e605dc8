import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

/** The name of the storage class, for claims. */
export const ebsClass = 'ebs-gp3';

/**
 * The default storage class: gp3 volumes of EBS, encrypted with EBS's own key, and deleted with their claim. EKS has no
 * default class of its own since Kubernetes 1.30. A volume can't leave its zone, so it is created only when its pod has
 * a node.
 */
export class EbsStorageClass extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeStorageClass(this, 'StorageClass', {
      metadata: { name: ebsClass, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
  }
}

/** The storage class as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const ebsStorageClass = (): EbsStorageClass => new EbsStorageClass(new App(), 'EbsStorageClass');
