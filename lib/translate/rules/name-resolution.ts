import type { V1HostAlias, V1PodSpec } from '../kubernetes-types.ts';
import { approximate, none } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** Limits of Kubernetes for the DNS of a pod. */
const most = { nameservers: 3, searches: 32 };

const loopback = '127.0.0.1';

/** The name that a link gives to another container, if it differs. */
const aliasOf = (link: string): string => link.split(':').at(-1)!;

const isHostName = (text: string): boolean => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) && text.length <= 253;

/** Where a container's names and links lead, which is the pod's. */
export function nameResolutionOf(plan: Plan): Partial<V1PodSpec> {
  const containers = plan.containers.filter(({ role }) => role !== 'dropped').map(({ source }) => source);
  const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
  const nameservers = unique(containers.flatMap(({ dnsServers = [] }) => dnsServers)).slice(0, most.nameservers);
  const searches = unique(containers.flatMap(({ dnsSearchDomains = [] }) => dnsSearchDomains)).slice(0, most.searches);
  const hosts = new Map<string, string[]>();
  const add = (ip: string, name: string): void => {
    if (isHostName(name)) hosts.set(ip, unique([...(hosts.get(ip) ?? []), name]));
  };
  for (const { extraHosts = [] } of containers) {
    for (const { ipAddress = '', hostname = '' } of extraHosts) add(ipAddress, hostname);
  }
  for (const { links = [] } of containers) links.forEach((link) => add(loopback, aliasOf(link).toLowerCase()));
  const hostAliases = [...hosts].map(([ip, hostnames]): V1HostAlias => ({ ip, hostnames }));
  return {
    ...(hostAliases.length > 0 && { hostAliases }),
    ...((nameservers.length > 0 || searches.length > 0) && {
      dnsConfig: { ...(nameservers.length > 0 && { nameservers }), ...(searches.length > 0 && { searches }) },
    }),
  };
}

const extraHost = rule(({ container, indexes }) => {
  const { hostname = '' } = container.source.extraHosts![indexes[1]!]!;
  return isHostName(hostname)
    ? approximate('Pod 全体の hostAliases になります。', 'It becomes hostAliases of the whole pod.', {
        to: 'pod.hostAliases',
        lab: 'networking',
      })
    : none(
        `${hostname} はホスト名ではないため、hostAliases に書けません。`,
        `${hostname} is no host name, which hostAliases asks for.`,
        { todo: 'decide', lab: 'networking' },
      );
});

/** How containers find others by name. */
export const nameResolutionRules: Rules = {
  'containerDefinitions[].links[]': approximate(
    'Pod のコンテナは localhost で通信します。別名は hostAliases で 127.0.0.1 にしました。',
    'Containers of a pod reach each other by localhost. The alias leads to 127.0.0.1, by hostAliases.',
    { to: 'pod.hostAliases', lab: 'networking' },
  ),
  'containerDefinitions[].dnsServers[]': approximate(
    'Pod 全体の dnsConfig になり、クラスターの DNS の後に問い合わせます。クラスターの DNS を使わないなら dnsPolicy: None にします。最大 3 個です。',
    'It goes into dnsConfig of the whole pod, after the DNS of the cluster. Set dnsPolicy: None to replace that. At most three count.',
    { todo: 'decide', to: 'pod.dnsConfig', lab: 'networking' },
  ),
  'containerDefinitions[].dnsSearchDomains[]': approximate(
    'Pod 全体の dnsConfig になり、クラスターの検索ドメインの後に試します。ndots は 5 のままです。',
    'It goes into dnsConfig of the whole pod, after the search domains of the cluster; ndots stays 5.',
    { to: 'pod.dnsConfig', lab: 'networking' },
  ),
  'containerDefinitions[].extraHosts[].hostname': extraHost,
  'containerDefinitions[].extraHosts[].ipAddress': extraHost,
};
