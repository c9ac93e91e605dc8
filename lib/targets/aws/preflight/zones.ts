import type { Text } from '../../../core/text.ts';
import { instanceTypeNames } from '../../../catalog/instance-types.ts';
import { zonesNeeded, zonesOfRegion, zonesWith, type Zone } from '../availability-zones.ts';
import type { AwsCheck, CheckContext } from './check.ts';

/**
 * Zones in which EKS takes no subnet for a control plane, by their ids: the letters differ from account to account (Amazon
 * EKS User Guide, "VPC and subnet requirements", read November 2026).
 */
const refusedByEks: readonly string[] = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/**
 * Whether the region has as many zones as the environment spreads over, and the ones that the stack would use are taken by
 * EKS and have the instance type.
 */
export const zonesCheck: AwsCheck = async (context) => {
  const { aws, accountRegion, environment, settings, stack, signal } = context;
  const { account, region } = accountRegion;
  const needed = zonesNeeded(environment, settings);
  const zones = await zonesOfRegion(aws, signal);
  const given = settings.zones.slice(0, needed);
  const unknown = given.find((zone) => find(zones, zone) === undefined);
  if (unknown !== undefined) {
    const list = zones.map(({ name, id }) => `${name} (${id})`);
    return [
      {
        ja: `アカウント ${account} のリージョン ${region} に、ゾーン ${unknown} はありません。zones に指定できるゾーン: ${list.join('、')}`,
        en: `Account ${account} has no zone ${unknown} in region ${region}. zones takes: ${list.join(', ')}.`,
      },
    ];
  }
  if (zones.length < needed) {
    const ways: Text =
      needed > 2
        ? {
            ja: `ゾーンが ${needed} つあるリージョンを選ぶか（export AWS_REGION=REGION）、controlPlanes を減らしてください。`,
            en: `Choose a region with ${needed} zones (export AWS_REGION=REGION), or fewer controlPlanes.`,
          }
        : otherRegion;
    return [
      {
        ja: `アカウント ${account} がリージョン ${region} で使えるゾーンは ${zones.length} つですが、スタック ${stack} は ${needed} つのゾーンを使います。${ways.ja}`,
        en: `Account ${account} has ${zones.length} zones in region ${region}, and stack ${stack} spreads over ${needed}. ${ways.en}`,
      },
    ];
  }
  const chosen = given.length > 0 ? given.flatMap((zone) => find(zones, zone) ?? []) : zones.slice(0, needed);
  const problemOf = await problemsOfZones(context);
  const problems = chosen.flatMap((zone) => problemOf(zone) ?? []);
  if (problems.length === 0) return [];
  const suited = zones.filter((zone) => problemOf(zone) === undefined).slice(0, needed);
  const way: Text =
    suited.length < needed
      ? otherRegion
      : {
          ja: `使えるゾーンを指定してください: -c zones=${suited.map(({ name }) => name).join(',')}`,
          en: `Choose zones that suit: -c zones=${suited.map(({ name }) => name).join(',')}`,
        };
  return problems.map(({ ja, en }) => ({ ja: `${ja}${way.ja}`, en: `${en} ${way.en}` }));
};

const otherRegion: Text = {
  ja: '別のリージョンを選んでください: export AWS_REGION=REGION',
  en: 'Choose another region: export AWS_REGION=REGION',
};

const find = (zones: readonly Zone[], given: string): Zone | undefined =>
  zones.find(({ name, id }) => given === name || given === id);

/** What keeps a zone from being used by the stack; undefined when nothing does. */
async function problemsOfZones({ aws, accountRegion, environment, settings, stack, signal }: CheckContext) {
  const { account } = accountRegion;
  const usesEks = environment.reachedThroughNode !== true;
  const billed = new Set<string>(environment.billed(settings).map(({ name }) => name));
  const types = instanceTypeNames.filter((name) => billed.has(name));
  const offered = await Promise.all(types.map(async (type) => [type, await zonesWith(aws, type, signal)] as const));
  return ({ name, id }: Zone): Text | undefined => {
    if (usesEks && refusedByEks.includes(id)) {
      return {
        ja: `スタック ${stack} は、アカウント ${account} のゾーン ${name}（${id}）にサブネットを作りますが、EKS はこのゾーンのサブネットを受け付けません。`,
        en: `Stack ${stack} would make a subnet in zone ${name} (${id}) of account ${account}, and EKS takes none there.`,
      };
    }
    const missing = offered.find(([, locations]) => !locations.has(name))?.[0];
    if (missing === undefined) return undefined;
    return {
      ja: `スタック ${stack} は、アカウント ${account} のゾーン ${name}（${id}）に ${missing} のインスタンスを作りますが、このゾーンでは ${missing} を使えません。`,
      en: `Stack ${stack} would start ${missing} instances in zone ${name} (${id}) of account ${account}, which has none of that type.`,
    };
  };
}
