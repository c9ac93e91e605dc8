import type { MachineDifferences } from '../../self-managed/kubeadm-config.ts';
import type { Text } from '../../core/text.ts';

/**
 * What stands in for EC2 on target linux, and what else differs. Nothing else does: the shell files in `bootstrap/` run
 * there as they are, and everything from kubeadm on is real.
 */
export interface Difference {
  /** What is concerned. */
  readonly what: Text;
  /** As it is on EC2. */
  readonly ec2: Text;
  /** As it is here, and why. */
  readonly linux: Text;
}

/** Programs that stand in for one of EC2 or Amazon Linux; they are in `stand-ins/`. */
export const standIns: readonly Difference[] = [
  {
    what: { ja: 'パッケージ管理（dnf）', en: 'the package manager (dnf)' },
    ec2: { ja: 'pkgs.k8s.io と Amazon Linux のパッケージ', en: 'packages of pkgs.k8s.io and Amazon Linux' },
    linux: {
      ja: '固定した Go モジュールからビルド済みのプログラムを、パッケージと同じ場所に置く',
      en: 'puts programs that were built from pinned Go modules where the packages would',
    },
  },
  {
    what: { ja: 'systemctl、journalctl', en: 'systemctl, journalctl' },
    ec2: { ja: 'systemd', en: 'systemd' },
    linux: {
      ja: '同じユニットファイルを読み、サービスとタイマーを動かす小さなスクリプト（名前空間の中に systemd はない）',
      en: 'small scripts that run services and timers from the same unit files (there is no systemd in a namespace)',
    },
  },
  {
    what: { ja: 'インスタンスメタデータ（ec2-metadata）', en: 'the metadata service (ec2-metadata)' },
    ec2: { ja: 'IMDSv2', en: 'IMDSv2' },
    linux: { ja: 'ノードごとのファイル', en: 'a file of the node' },
  },
  {
    what: { ja: 'aws ssm、aws s3', en: 'aws ssm, aws s3' },
    ec2: { ja: 'SecureString パラメータと暗号化されたバケット', en: 'SecureString parameters and an encrypted bucket' },
    linux: {
      ja: '全ノードが共有する、root だけが読めるフォルダー（暗号化なし、IAM なし）',
      en: 'a folder that all nodes share and only root may read (not encrypted, and without IAM)',
    },
  },
  {
    what: { ja: 'aws ec2（ルート）', en: 'aws ec2 (routes)' },
    ec2: { ja: 'VPC のルートテーブル', en: 'the route tables of the VPC' },
    linux: {
      ja: 'ノードをつなぐルーター（専用のネットワーク名前空間）の経路',
      en: 'routes of the router between the nodes, a network namespace of its own',
    },
  },
  {
    what: { ja: 'modprobe', en: 'modprobe' },
    ec2: { ja: 'カーネルモジュールを読み込む', en: 'loads kernel modules' },
    linux: {
      ja: '何もしない（カーネルはマシンと共有）',
      en: 'does nothing: a node shares its kernel with the machine',
    },
  },
];

/** What differs beside the stand-ins. */
export const otherDifferences: readonly Difference[] = [
  {
    what: { ja: 'ノード', en: 'a node' },
    ec2: { ja: 'EC2 インスタンス', en: 'an EC2 instance' },
    linux: {
      ja: '名前空間（network、mount、PID、UTS、IPC、cgroup）の組。カーネル・CPU・メモリは共有',
      en: 'a set of namespaces (network, mount, PID, UTS, IPC, cgroup); kernel, CPUs and memory are shared',
    },
  },
  {
    what: { ja: 'API の前のロードバランサー', en: 'the load balancer in front of the API' },
    ec2: { ja: '内部 NLB', en: 'an internal NLB' },
    linux: { ja: 'ルーターの中の haproxy', en: 'haproxy in the router' },
  },
  {
    what: { ja: 'イメージ', en: 'images' },
    ec2: { ja: 'registry.k8s.io から取得', en: 'pulled from registry.k8s.io' },
    linux: {
      ja: '同じ名前で、ビルドしたプログラムから作り、起動前に入れておく（etcd は 3.6.16、CoreDNS はクラウド用などのプラグインなし）',
      en: 'made of the built programs under the same names, and there before the node starts (etcd is 3.6.16, CoreDNS lacks plugins such as those for clouds)',
    },
  },
  {
    what: { ja: 'cgroup', en: 'cgroups' },
    ec2: { ja: 'v2、systemd ドライバー', en: 'version 2, driver systemd' },
    linux: {
      ja: 'マシンのもの（v2 または v1）、cgroupfs ドライバー',
      en: "the machine's (version 2 or 1), driver cgroupfs",
    },
  },
  {
    what: { ja: 'kubeadm の事前チェック', en: 'preflight checks of kubeadm' },
    ec2: { ja: 'すべて', en: 'all' },
    linux: {
      ja: 'カーネル設定の検査（SystemVerification）、スワップ、マシンの大きさは警告のみ',
      en: "those of the kernel's configuration (SystemVerification), swap and the machine's size only warn",
    },
  },
  {
    what: { ja: 'ディスクの残り', en: 'how full the disk may be' },
    ec2: {
      ja: '空きが 15%（イメージ）または 10%（ノード）を切ると Pod が追い出され、使っていないイメージは消される',
      en: 'with less than 15 % free for images, or 10 % for the node, pods are evicted; images that nobody uses are removed',
    },
    linux: {
      ja: 'ディスクはこのマシンのもので、割合では測れない。空きが 500 MiB を切ると追い出され、イメージは消されない',
      en: "the disk is this machine's, which says nothing as a percentage: pods are evicted below 500 MiB, and no image is removed",
    },
  },
  {
    what: { ja: 'PersistentVolume', en: 'PersistentVolumes' },
    ec2: {
      ja: 'EBS CSI ドライバーが作る EBS ボリューム。ドライバーと既定の StorageClass `ebs-gp3` は EksEc2 だけにある（EKS は 1.30 から既定の StorageClass を作らない）',
      en: 'EBS volumes, by the EBS CSI driver. EksEc2 alone has it, and the default StorageClass `ebs-gp3`: EKS has made none since 1.30',
    },
    linux: {
      ja: '既定の StorageClass `node-disk` が代役。ボリュームはノードのフォルダーで、EBS がゾーンから出られないように、ノードから出られない。大きさは制限されず、スナップショットも拡張もない',
      en: 'the default StorageClass `node-disk` stands in: a volume is a folder of a node, and stays on that node where one of EBS stays in its zone. Its size is no limit, and there are no snapshots and no expansion',
    },
  },
  {
    what: { ja: '外への通信', en: 'the way out' },
    ec2: { ja: 'NAT ゲートウェイ', en: 'a NAT gateway' },
    linux: {
      ja: 'なし（ノードは互いに、およびこのマシンとだけ通信）',
      en: 'none: nodes reach each other and this machine',
    },
  },
];

/** The differences that kubeadm has to know. */
export const machineDifferences: MachineDifferences = {
  kubelet: {
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '500Mi',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '500Mi',
      'imagefs.inodesFree': '1%',
    },
    // Never: images are preloaded, and there is no registry to pull them from again.
    imageGCHighThresholdPercent: 100,
  },
  // The machine's table of connections is shared, and not a node's to resize.
  kubeProxy: { conntrack: { maxPerCore: 0, min: 0 } },
  ignorePreflightErrors: ['SystemVerification', 'Swap', 'NumCPU', 'Mem'],
};
