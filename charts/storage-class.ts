import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

/** The name of the class, as a claim may have it. */
export const ebsClass = 'ebs-gp3';

/**
 * The class of a claim that names none, which EKS has not had by itself since Kubernetes 1.30: a gp3 volume of EBS,
 * encrypted with EBS's own key, that goes with its claim. A volume can't leave its zone, so it is made only when its pod
 * has a node.
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

/** The class as a chart of its own, for a cluster that takes cdk8s charts. */
export const ebsStorageClass = (): EbsStorageClass => new EbsStorageClass(new App(), 'EbsStorageClass');
