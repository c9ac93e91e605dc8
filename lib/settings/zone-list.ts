import type { Text } from '../core/text.ts';

/** The name of an Availability Zone, for example `ap-northeast-1a`. Local Zones have longer ones, and hold no control plane. */
const zoneName = /^[a-z]{2,}(-[a-z]+)+-\d[a-z]$/;

/** The ID of an Availability Zone, for example `apne1-az4`, which means the same zone in every account. */
const zoneId = /^[a-z]+\d-az\d+$/;

/** Whether a zone is given by its ID. */
export const isZoneId = (zone: string): boolean => zoneId.test(zone);

/** How many zones the environments spread over at least: the fewest that EKS accepts. */
export const fewestZones = 2;

const most = 3;

/** The problem with a list of zones; undefined when it is valid. An empty one leaves the choice to CloudFormation. */
export function zonesProblem(zones: readonly string[]): Text | undefined {
  const wrong = zones.find((zone) => !zoneName.test(zone) && !zoneId.test(zone));
  if (wrong !== undefined) {
    return {
      ja: `「${wrong}」はアベイラビリティーゾーンの名前でも ID でもありません。ap-northeast-1a または apne1-az4 のような形で指定してください。`,
      en: `'${wrong}' is neither the name nor the ID of an Availability Zone. Give ones such as ap-northeast-1a or apne1-az4.`,
    };
  }
  if (new Set(zones.map(isZoneId)).size > 1) {
    return {
      ja: 'zones には、名前だけか ID だけを指定してください。混ざっていると、同じゾーンかどうかがわかりません。',
      en: 'zones takes either names or IDs: of a mixture nobody can tell whether two are the same zone.',
    };
  }
  const regions = new Set(zones.map((zone) => zone.replace(isZoneId(zone) ? /-az\d+$/ : /[a-z]$/, '')));
  if (regions.size > 1) {
    return {
      ja: `zones には、ひとつのリージョンのゾーンを指定してください（${[...regions].join('、')} が混ざっています）。`,
      en: `zones takes zones of one region, not of ${[...regions].join(' and ')}.`,
    };
  }
  if (zones.length !== 0 && (zones.length < fewestZones || zones.length > most)) {
    return {
      ja: `zones には、ゾーンを ${fewestZones} つか ${most} つ指定してください（controlPlanes=3 なら ${most} つ）。`,
      en: `zones takes ${fewestZones} or ${most} zones: ${most} with controlPlanes=3.`,
    };
  }
  return undefined;
}
