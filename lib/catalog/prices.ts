import { type InstanceTypeName, instanceTypeNames } from './instance-types.ts';
import type { Text } from '../core/text.ts';

/** The day on which the prices were read, as YYYY-MM-DD. Print it with every price. */
export const pricesReadOn = '2026-11-22';

/** The region of these list prices. Other regions differ by some tens of percent. */
export const pricesRegion = 'us-east-1';

/** The hours of a month, with which AWS converts prices per month. */
const hoursPerMonth = 730;

/** The price of a resource that AWS bills by the hour for as long as it exists. */
export interface Price {
  /** The list price in USD per hour, without tax. */
  readonly usdPerHour: number;
  readonly title: Text;
  /** The page of AWS with the price. */
  readonly source: string;
}

const perMonth = (usd: number): number => usd / hoursPerMonth;

const parts = {
  eksControlPlane: {
    usdPerHour: 0.1,
    title: { ja: 'EKS コントロールプレーン(標準サポート)', en: 'EKS control plane (standard support)' },
    source: 'https://aws.amazon.com/eks/pricing/',
  },
  fargateVcpu: {
    usdPerHour: 0.04048,
    title: { ja: 'Fargate の vCPU(Linux、x86)', en: 'Fargate vCPU, Linux on x86' },
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  fargateGib: {
    usdPerHour: 0.004445,
    title: { ja: 'Fargate のメモリ(GiB)', en: 'Fargate memory, GiB' },
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  fargateArmVcpu: {
    usdPerHour: 0.03238,
    title: { ja: 'Fargate の vCPU(Linux、Arm)', en: 'Fargate vCPU, Linux on Arm' },
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  fargateArmGib: {
    usdPerHour: 0.00356,
    title: { ja: 'Fargate のメモリ(GiB、Arm)', en: 'Fargate memory on Arm, GiB' },
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  natGateway: {
    usdPerHour: 0.045,
    title: { ja: 'NAT ゲートウェイ', en: 'NAT gateway' },
    source: 'https://aws.amazon.com/vpc/pricing/',
  },
  publicIpv4: {
    usdPerHour: 0.005,
    title: { ja: 'パブリック IPv4 アドレス', en: 'public IPv4 address' },
    source: 'https://aws.amazon.com/vpc/pricing/',
  },
  networkLoadBalancer: {
    usdPerHour: 0.0225,
    title: { ja: 'Network Load Balancer', en: 'Network Load Balancer' },
    source: 'https://aws.amazon.com/elasticloadbalancing/pricing/',
  },
  privateHostedZone: {
    usdPerHour: perMonth(0.5),
    title: { ja: 'Route 53 プライベートホストゾーン', en: 'Route 53 private hosted zone' },
    source: 'https://aws.amazon.com/route53/pricing/',
  },
  gp3Gib: {
    usdPerHour: perMonth(0.08),
    title: { ja: 'EBS gp3 ボリューム(GiB)', en: 'EBS gp3 volume, GiB' },
    source: 'https://aws.amazon.com/ebs/pricing/',
  },
  kmsKey: {
    usdPerHour: perMonth(1),
    title: { ja: 'KMS キー', en: 'KMS key' },
    source: 'https://aws.amazon.com/kms/pricing/',
  },
} as const satisfies Record<string, Price>;

/** USD per hour of Linux on-demand instances with shared tenancy. */
const instanceUsdPerHour: Readonly<Record<InstanceTypeName, number>> = {
  't3.medium': 0.0416,
  't3.large': 0.0832,
  't3.xlarge': 0.1664,
  't4g.medium': 0.0336,
  't4g.large': 0.0672,
  't4g.xlarge': 0.1344,
  'm7i.large': 0.1008,
  'm7g.large': 0.0816,
};

const instances = Object.fromEntries(
  instanceTypeNames.map((name) => [
    name,
    {
      usdPerHour: instanceUsdPerHour[name],
      title: { ja: `EC2 インスタンス ${name}`, en: `EC2 instance ${name}` },
      source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    },
  ]),
) as Readonly<Record<InstanceTypeName, Price>>;

/** The name of a resource that has a price. */
export type PriceName = keyof typeof parts | InstanceTypeName;

/** The prices of {@link pricesRegion} on {@link pricesReadOn}. No other table has prices. */
export const prices: Readonly<Record<PriceName, Price>> = { ...parts, ...instances };

/** What AWS bills by use and not by the hour. Print it with every total. */
export const notIncluded: Text = {
  ja: 'データ転送、NAT ゲートウェイとロードバランサーのデータ処理、ログの取り込み、T 系インスタンスの超過 CPU クレジット、Service と PersistentVolumeClaim が作るロードバランサーとボリューム、置いたイメージ、税',
  en: 'data transfer, data processed by NAT gateways and load balancers, ingested logs, surplus CPU credits of T instances, load balancers and volumes that Services and claims make, stored images, tax',
};

/** A number of resources that have the same price. */
export interface Billed {
  readonly name: PriceName;
  readonly quantity: number;
}

/** One line of a bill. */
export interface BillItem extends Billed {
  readonly title: Text;
  /** The price of the whole line, in USD per hour. */
  readonly usdPerHour: number;
}

/** What resources cost for each hour that they exist. */
export interface Bill {
  readonly items: readonly BillItem[];
  /** The total in USD per hour. */
  readonly usdPerHour: number;
}

/** The cost per hour of the resources that AWS bills an environment for, without {@link notIncluded}. */
export function hourlyPrice(billed: readonly Billed[]): Bill {
  const items = billed.map(({ name, quantity }) => ({
    name,
    quantity,
    title: prices[name].title,
    usdPerHour: quantity * prices[name].usdPerHour,
  }));
  return { items, usdPerHour: items.reduce((sum, item) => sum + item.usdPerHour, 0) };
}
