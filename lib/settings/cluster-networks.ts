import ipaddr from 'ipaddr.js';
import type { Text } from '../core/text.ts';

/** The addresses of the VPC of every environment, and therefore of its nodes. */
export const vpcCidr = '10.0.0.0/16';

/** The addresses of the Services of a self-managed cluster. They exist only in the packet rules of each node. */
export const serviceCidr = '10.96.0.0/16';

/** The addresses of the pods of a self-managed cluster, unless a setting says otherwise. */
export const defaultPodCidr = '10.244.0.0/16';

/** kube-controller-manager gives each node a range of this size; 3 control planes and 10 workers take 13 of them. */
const nodeMask = 24;
const smallestPodMask = 20;

/** Ranges that are not routed on the internet (RFC 1918, RFC 6598), as ipaddr.js names them. */
const privateRanges: readonly string[] = ['private', 'carrierGradeNat'];

/**
 * The problem with a block of addresses for pods; undefined when it is valid.
 *
 * @param cidr an IPv4 CIDR block without host bits
 */
export function podCidrProblem(cidr: string): Text | undefined {
  const instead: Text = {
    ja: `${defaultPodCidr} のようなブロックを指定してください。`,
    en: `Give one such as ${defaultPodCidr}.`,
  };
  if (overlap(cidr, vpcCidr)) {
    return {
      ja: `「${cidr}」は VPC（${vpcCidr}）と重なっています。ノードの Pod への経路のために、VPC のマシンに届かなくなります。${instead.ja}`,
      en: `'${cidr}' overlaps the VPC, ${vpcCidr}: routes to pods would hide machines of the VPC. ${instead.en}`,
    };
  }
  if (overlap(cidr, serviceCidr)) {
    return {
      ja: `「${cidr}」は Service のアドレス（${serviceCidr}）と重なっています。Service の代わりに Pod が応答してしまいます。${instead.ja}`,
      en: `'${cidr}' overlaps the addresses of Services, ${serviceCidr}: pods would answer instead of Services. ${instead.en}`,
    };
  }
  const [first, mask] = ipaddr.IPv4.parseCIDR(cidr);
  const last = ipaddr.IPv4.broadcastAddressFromCIDR(cidr);
  if (mask > smallestPodMask) {
    return {
      ja:
        `「${cidr}」は小さすぎます。各ノードが Pod のために /${nodeMask} を 1 つずつ使い、ノードは 13 台になることがあります。` +
        `${defaultPodCidr} のように、/${smallestPodMask} 以上の大きさのブロックを指定してください。`,
      en:
        `'${cidr}' is too small: each node takes a /${nodeMask} of it for its pods, and there may be 13 nodes. ` +
        `Give a /${smallestPodMask} or larger, such as ${defaultPodCidr}.`,
    };
  }
  if (first.range() !== last.range() || !privateRanges.includes(first.range())) {
    return {
      ja: `「${cidr}」はプライベートアドレスではありません。インターネット上でこのアドレスを持つ相手に、Pod から届かなくなります。${instead.ja}`,
      en: `'${cidr}' is not private: pods could not reach the hosts that have these addresses on the internet. ${instead.en}`,
    };
  }
  return undefined;
}

/** Whether two IPv4 CIDR blocks have an address in common. */
export function overlap(left: string, right: string): boolean {
  const [[leftAddress, leftMask], [rightAddress, rightMask]] = [
    ipaddr.IPv4.parseCIDR(left),
    ipaddr.IPv4.parseCIDR(right),
  ];
  const mask = Math.min(leftMask, rightMask);
  return leftAddress.match(rightAddress, mask);
}
