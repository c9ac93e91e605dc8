import type { Language, Text } from '../../../core/text.ts';
import type { SettingName, Settings } from '../../../settings/settings.ts';
import { effectsOf } from './effects.ts';
import type { ChangeKind, ResourceChange } from './resource-changes.ts';

const verbs: Readonly<Record<ChangeKind, Text>> = {
  create: { ja: '作成', en: 'creates' },
  update: { ja: '変更', en: 'changes' },
  replace: { ja: '置き換え', en: 'replaces' },
  remove: { ja: '削除', en: 'removes' },
};

/** What an update of a stack changes, what that interrupts, and about how long it takes, in lines. */
export function describeChanges(
  stack: string,
  from: Settings,
  to: Settings,
  differing: readonly SettingName[],
  changes: readonly ResourceChange[],
): Text {
  const inLanguage = (language: Language): string => {
    const settings = differing.map((name) => `${name}=${String(from[name])} → ${String(to[name])}`).join(', ');
    const interruptions = interruptionsOf(changes).map((text) => `  - ${text[language]}`);
    const minutes = minutesOf(changes);
    return [
      language === 'en'
        ? `Stack ${stack} stands, and would be changed (${settings}). CloudFormation`
        : `動いているスタック ${stack} を変更します（${settings}）。CloudFormation が行うこと:`,
      ...resourceLines(changes, language),
      ...(interruptions.length === 0
        ? [language === 'en' ? 'Nothing that runs is interrupted.' : '動いているものは中断されません。']
        : [language === 'en' ? 'While this goes on:' : 'そのあいだに起こること:', ...interruptions]),
      language === 'en' ? `It takes about ${minutes} minutes.` : `およそ ${minutes} 分かかります。`,
    ].join('\n');
  };
  return { ja: inLanguage('ja'), en: inLanguage('en') };
}

/** A line for each kind of change and type of resource. */
function resourceLines(changes: readonly ResourceChange[], language: Language): readonly string[] {
  const kinds = ['replace', 'remove', 'update', 'create'] as const;
  return kinds.flatMap((kind) => {
    const ofKind = changes.filter((change) => change.kind === kind);
    return [...new Set(ofKind.map(({ type }) => type))].map((type) => {
      const ofType = ofKind.filter((change) => change.type === type);
      const properties = [...new Set(ofType.flatMap((change) => change.properties))];
      const what = ofType.length === 1 ? ofType[0]!.id : `× ${ofType.length}`;
      return `  ${verbs[kind][language]} ${type} ${what}${properties.length === 0 ? '' : ` (${properties.join(', ')})`}`;
    });
  });
}

/** What is interrupted, each once. What nothing is known of may be gone for a while. */
function interruptionsOf(changes: readonly ResourceChange[]): readonly Text[] {
  const texts = changes.flatMap((change): readonly Text[] => {
    const effects = effectsOf(change);
    if (effects.length > 0) return effects.flatMap(({ interrupts }) => interrupts ?? []);
    const { type, id } = change;
    return change.kind === 'replace'
      ? [
          {
            ja: `${type} ${id} は新しいものになり、中身は引き継がれません`,
            en: `${type} ${id} becomes another one, without what the old one holds`,
          },
        ]
      : [{ ja: `${type} ${id} はなくなります`, en: `${type} ${id} is gone then` }];
  });
  return [...new Map(texts.map((text) => [text.en, text])).values()];
}

/** The time of each type of resource one after the other, as the dependencies mostly have it, in steps of five minutes. */
function minutesOf(changes: readonly ResourceChange[]): number {
  const longest = new Map<string, number>();
  for (const change of changes) {
    const minutes = effectsOf(change).reduce((most, effect) => Math.max(most, effect.minutes), 1);
    longest.set(change.type, Math.max(longest.get(change.type) ?? 0, minutes));
  }
  const sum = [...longest.values()].reduce((total, minutes) => total + minutes, 0);
  return Math.ceil(sum / 5) * 5;
}
