import type { Text } from '../core/text.ts';

/** What is called after a stack, with the longest name of a stack that it admits. */
const limits = [
  // AWS CloudFormation API Reference, CreateStack, read November 2026.
  { what: 'stack', longest: 128 },
  // Amazon EKS API Reference, CreateCluster, read November 2026.
  { what: 'EKS cluster', longest: 100 },
  // Amazon ECS API Reference, CreateCluster, read November 2026.
  { what: 'ECS cluster', longest: 255 },
  // Amazon EC2 User Guide, "Tag your Amazon EC2 resources", read November 2026: 128 characters.
  { what: 'tag key kubernetes.io/cluster/STACK', longest: 128 - 'kubernetes.io/cluster/'.length },
  // RFC 1035, 2.3.4: it is a label of the domain name of the API servers.
  { what: 'domain name api.STACK.labs.internal', longest: 63 },
  // Amazon CloudWatch Logs API Reference, CreateLogGroup, read November 2026: 512 characters.
  { what: 'log group /aws/eks/STACK/cluster', longest: 512 - '/aws/eks//cluster'.length },
  // AWS Systems Manager API Reference, PutParameter, read November 2026: 1011 characters with the ARN's beginning.
  { what: 'parameter /kubernetes-textbook-labs/STACK/encryption-key', longest: 800 },
  // AWS Lambda API Reference, CreateFunction, read November 2026: 256 characters.
  {
    what: 'description of a function',
    longest: 256 - 'Removes what cluster  leaves behind when its stack is deleted'.length,
  },
  // IAM API Reference, CreateInstanceProfile: names that CloudFormation makes are shortened by it.
] as const;

/** The longest name that a stack may have for everything that is called after it. */
export const longestStackName = Math.min(...limits.map(({ longest }) => longest));

/** The longest of the names that stacks have without a setting `name`; a test holds it against the environments. */
export const longestPlainStackName = 'SelfManaged';

/** The longest value of the setting `name`. */
export const longestName = longestStackName - longestPlainStackName.length - 1;

/**
 * The name of an environment's stack, and of everything that is called after it.
 *
 * @param stack the environment's own, for example `EksEc2`
 * @param name the setting; empty: none
 */
export const stackNameOf = (stack: string, name: string): string => (name === '' ? stack : `${stack}-${name}`);

/** The problem with a value of the setting `name`; undefined when it is valid. Empty is none. */
export function nameProblem(name: string): Text | undefined {
  if (/^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)?$/.test(name) && name.length <= longestName) return undefined;
  return {
    ja:
      `name に指定できるのは、英数字とハイフンだけで ${longestName} 文字までです（先頭と末尾は英数字）。` +
      `この名前は、スタックとクラスターの名前（たとえば EksEc2-alice）や、API サーバーのドメイン名の一部になります。`,
    en:
      `name takes at most ${longestName} letters of the English alphabet, digits and hyphens, with no hyphen at either end: ` +
      `it becomes a part of the names of stack and cluster, such as EksEc2-alice, and of the API servers' domain name.`,
  };
}
