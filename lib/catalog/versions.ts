/** The EKS add-ons that every EC2 environment installs. */
export type AddOnName = 'vpc-cni' | 'kube-proxy' | 'coredns' | 'eks-pod-identity-agent' | 'metrics-server';

/** The Lambda layers that contain kubectl, by the Kubernetes version in the name of their package. */
export type KubectlLayerName = 'v36' | 'v35';

/** Everything that depends on the Kubernetes version. */
export interface KubernetesRelease {
  /** The exact release of the local binaries (module `k8s.io/kubernetes`). */
  readonly release: string;
  /** The folder under `tools/` that pins the local binaries. */
  readonly tools: string;
  /** The Lambda layer whose kubectl applies charts to a cluster of this version (`@aws-cdk/lambda-layer-kubectl-*`). */
  readonly kubectlLayer: KubectlLayerName;
  /**
   * The version of API group admissionregistration.k8s.io that serves MutatingAdmissionPolicy. Beta versions have to be
   * enabled.
   */
  readonly mutatingAdmissionPolicy: 'v1' | 'v1beta1';
  /**
   * The last day of standard support on EKS.
   *
   * @see Amazon EKS User Guide, "Understand the Kubernetes version lifecycle on EKS" (read November 2026):
   * https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
   */
  readonly standardSupportEnds: string;
  /**
   * The pinned versions of the EKS add-ons: builds that public infrastructure code installs on clusters of this version
   * (read November 2026). `aws eks describe-addon-versions --kubernetes-version 1.NN` lists newer ones. metrics-server
   * v0.9.0-eksbuild.5 was seen on 1.35 only.
   */
  readonly addOns: Readonly<Record<AddOnName, string>>;
  /**
   * The pinned version of the EKS add-on `aws-ebs-csi-driver`, from the same sources. Since driver 1.58, volumes have
   * the tag with the cluster's name that the policy of the driver's role requires (kubernetes-sigs/aws-ebs-csi-driver,
   * issue 2918).
   */
  readonly ebsCsiDriver: string;
}

/** The Kubernetes versions that the labs support, the newest first. No other place names them. */
export const kubernetesReleases = {
  '1.36': {
    release: '1.36.3',
    tools: 'kubernetes-1.36',
    kubectlLayer: 'v36',
    mutatingAdmissionPolicy: 'v1',
    standardSupportEnds: '2027-08-02',
    addOns: {
      'vpc-cni': 'v1.22.4-eksbuild.3',
      'kube-proxy': 'v1.36.0-eksbuild.21',
      coredns: 'v1.14.3-eksbuild.16',
      'eks-pod-identity-agent': 'v1.3.10-eksbuild.3',
      'metrics-server': 'v0.9.0-eksbuild.5',
    },
    ebsCsiDriver: 'v1.66.0-eksbuild.1',
  },
  '1.35': {
    release: '1.35.4',
    tools: 'kubernetes-1.35',
    kubectlLayer: 'v35',
    mutatingAdmissionPolicy: 'v1beta1',
    standardSupportEnds: '2027-03-27',
    addOns: {
      'vpc-cni': 'v1.22.4-eksbuild.3',
      'kube-proxy': 'v1.35.3-eksbuild.21',
      coredns: 'v1.14.3-eksbuild.3',
      'eks-pod-identity-agent': 'v1.3.10-eksbuild.3',
      'metrics-server': 'v0.9.0-eksbuild.5',
    },
    ebsCsiDriver: 'v1.66.0-eksbuild.1',
  },
} as const satisfies Record<string, KubernetesRelease>;

/** A supported Kubernetes version, for example `1.36`. */
export type KubernetesVersionName = keyof typeof kubernetesReleases;

/** The supported versions, the newest first. */
export const kubernetesVersions = ['1.36', '1.35'] as const satisfies readonly KubernetesVersionName[];

/** The release of a Kubernetes version. */
export const releaseOf = (version: KubernetesVersionName): KubernetesRelease => kubernetesReleases[version];
