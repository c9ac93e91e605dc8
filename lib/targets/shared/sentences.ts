import { ExternalError } from '../../core/errors.ts';
import type { TargetName } from '../../core/target-name.ts';
import type { Text } from '../../core/text.ts';
import { labsCommand } from '../../model/labs-command.ts';
import type { Environment } from '../../model/environment.ts';
import type { Lab } from '../../model/lab.ts';

/** The title of a step that resets a lab. */
export const titleOfReset = ({ id }: Lab): Text => ({
  ja: `ラボ ${id} を最初の状態に戻す`,
  en: `Put lab ${id} back to its beginning`,
});

/** The title of a step that removes an environment. */
export const titleOfEnd = ({ id }: Environment): Text => ({
  ja: `環境 ${id} を終了`,
  en: `End environment ${id}`,
});

/** The title of a step that removes a lab from an environment in which others stay. */
export const titleOfLeaving = ({ id }: Lab, others: readonly string[]): Text => ({
  ja: `ラボ ${id} のオブジェクトを削除（環境は ${others.join(', ')} が使用中）`,
  en: `Remove the objects of lab ${id} (the environment stays for ${others.join(', ')})`,
});

/** Where a target has its labs, in a sentence: in Japanese, with the particle and what parts it from the subject. */
const places: Readonly<Record<TargetName, Text>> = {
  local: { ja: '、このマシンで', en: 'this machine' },
  linux: { ja: '、ターゲット linux で', en: 'target linux' },
  aws: { ja: ' AWS で', en: 'AWS' },
};

/** The error for a lab that was not brought up on a target. */
export function labNotUp({ id }: Lab, target: TargetName): ExternalError {
  const { ja, en } = places[target];
  const command = labsCommand('up', id, target);
  return new ExternalError({
    ja: `ラボ ${id} は${ja}起動していません。起動するには: ${command}`,
    en: `Lab ${id} is not up on ${en}. Bring it up with: ${command}`,
  });
}
