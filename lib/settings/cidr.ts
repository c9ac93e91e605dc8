import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Text } from '../core/text.ts';
import { podCidrProblem } from './cluster-networks.ts';
import { refuse } from './value-types.ts';

/** An IPv4 CIDR block without host bits. */
export const cidr = z.string().superRefine((value, context) => {
  const problem = cidrProblem(value);
  if (problem !== undefined) refuse(context, problem);
});

/** The problem with a CIDR block; undefined when it is valid. */
function cidrProblem(value: string): Text | undefined {
  if (!value.includes('/') && ipaddr.IPv4.isValidFourPartDecimal(value)) {
    return {
      ja: `「${value}」はマスクのないアドレスです。「${value}/32」のことですか。`,
      en: `'${value}' is an address without a mask. Did you mean '${value}/32'?`,
    };
  }
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(value)) {
    return {
      ja: `「${value}」は IPv4 の CIDR ブロックではありません。203.0.113.7/32 のような形で指定してください。`,
      en: `'${value}' is not an IPv4 CIDR block. Give one such as 203.0.113.7/32.`,
    };
  }
  const network = ipaddr.IPv4.networkAddressFromCIDR(value).toString();
  const meant = network + value.slice(value.indexOf('/'));
  if (value === meant) return undefined;
  return {
    ja: `「${value}」では、ホスト部のビットが 0 になっていません。「${meant}」のことですか。`,
    en: `'${value}' has host bits set. Did you mean '${meant}'?`,
  };
}

/** A private IPv4 CIDR block for pods. */
export const podCidr = z.coerce.string().superRefine((value, context) => {
  const problem = cidrProblem(value) ?? podCidrProblem(value);
  if (problem !== undefined) refuse(context, problem);
});
