import { claimIds, type ClaimId } from '../claims/claims.ts';
import { unknownName } from '../core/closest.ts';
import { kubernetesVersions } from '../catalog/versions.ts';
import { targetNames } from '../core/target-name.ts';
import { needs, type Need } from './needs.ts';
import type { CommandBlock, ExpectedOutput } from './guide.ts';

/** Reports a problem of the block; the caller knows its place. */
export type Report = (sentence: string) => void;

/** Seconds that a command block may take if it does not say otherwise. */
export const defaultTimeout = 60;

const pair = /([^\s="]+)=(?:"([^"]*)"|([^\s"]+))(?=\s|$)|(\S+)/g;

/** Reads `key=value key="two words"`. */
function pairsOf(meta: string, valid: readonly string[], report: Report): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const [, key, quoted, bare, rest] of meta.matchAll(pair)) {
    const value = quoted ?? bare;
    if (key === undefined || value === undefined) {
      report(`'${rest}' is not an attribute. Write key=value or key="two words"; keys: ${valid.join(', ')}.`);
    } else if (!valid.includes(key)) {
      report(unknownName('attribute', key, valid));
    } else if (pairs.has(key)) {
      report(`Attribute '${key}' is given twice. Keep one.`);
    } else {
      pairs.set(key, value);
    }
  }
  return pairs;
}

function oneOf<T extends string>(kind: string, given: string | undefined, valid: readonly T[], report: Report) {
  const found = valid.find((candidate) => candidate === given);
  if (given !== undefined && found === undefined) report(unknownName(kind, given, valid));
  return found;
}

function wholeNumber(key: string, given: string | undefined, [min, max]: readonly [number, number], report: Report) {
  if (given === undefined) return undefined;
  const value = /^\d+$/.test(given) ? Number(given) : NaN;
  if (value >= min && value <= max) return value;
  report(`${key}=${given} is not valid. ${key} takes a whole number from ${min} to ${max}.`);
  return undefined;
}

/** What the info string of a `bash` block says. */
export function commandAttributes(
  meta: string,
  report: Report,
): Pick<CommandBlock, 'claims' | 'need' | 'why' | 'exit' | 'timeout' | 'unchecked'> {
  const pairs = pairsOf(meta, ['claims', 'needs', 'exit', 'timeout', 'output', 'why'], report);
  const need = oneOf<Need>('need', pairs.get('needs'), needs, report);
  const unchecked = oneOf('value of output', pairs.get('output'), ['unchecked'], report) !== undefined;
  const why = pairs.get('why')?.trim();
  const reason = why === undefined || why === '' ? undefined : why;
  if (reason === undefined && pairs.has('needs')) {
    report(`A block that needs something says why: add why="…", a sentence for the learner.`);
  } else if (reason === undefined && pairs.has('output')) {
    report(`A block whose output is unchecked says why: add why="…", a sentence for the learner.`);
  } else if (pairs.has('why') && !pairs.has('needs') && !pairs.has('output')) {
    report(`why="…" gives the reason for needs=… or output=unchecked, and the block has neither. Remove it.`);
  }
  const claims = pairs
    .get('claims')
    ?.split(',')
    .map((id) => oneOf<ClaimId>('claim', id, claimIds, report))
    .filter((id) => id !== undefined);
  return {
    ...(claims === undefined ? {} : { claims }),
    ...(need === undefined ? {} : { need }),
    ...(reason === undefined ? {} : { why: reason }),
    exit: wholeNumber('exit', pairs.get('exit'), [0, 255], report) ?? 0,
    timeout: wholeNumber('timeout', pairs.get('timeout'), [1, 3600], report) ?? defaultTimeout,
    unchecked,
  };
}

/** What the info string of an `output` block says. */
export function outputAttributes(meta: string, report: Report): Pick<ExpectedOutput, 'on' | 'kubernetes'> {
  const pairs = pairsOf(meta, ['on', 'kubernetes'], report);
  const on = oneOf('target', pairs.get('on'), targetNames, report);
  const kubernetes = oneOf('Kubernetes version', pairs.get('kubernetes'), kubernetesVersions, report);
  return { ...(on === undefined ? {} : { on }), ...(kubernetes === undefined ? {} : { kubernetes }) };
}
