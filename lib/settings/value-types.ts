import { z } from 'zod';
import type { Text } from '../core/text.ts';

/**
 * Reports the problem with a value, in every language.
 *
 * @param field the setting, where the value is all of them
 */
export function refuse(context: z.RefinementCtx, text: Text, field?: string): never {
  const path = field === undefined ? {} : { path: [field] };
  context.addIssue({ code: 'custom', message: text.en, params: { text }, ...path });
  return z.NEVER;
}

/** The problem that {@link refuse} reported. Messages of zod itself are only in English. */
export const textOf = (issue: z.core.$ZodIssue): Text =>
  issue.code === 'custom' && issue.params !== undefined
    ? (issue.params.text as Text)
    : { ja: issue.message, en: issue.message };

/** A type of values, held to a rule. @param problem the problem with a value; undefined when it is valid */
export const checked = <Type extends z.ZodType>(type: Type, problem: (value: z.output<Type>) => Text | undefined) =>
  type.superRefine((value, context) => {
    const text = problem(value);
    if (text !== undefined) refuse(context, text);
  });

/** A whole number in a range. */
export const integer = (name: string, min: number, max: number) =>
  z.coerce.string().transform((given, context): number => {
    const value = /^\d+$/.test(given) ? Number(given) : NaN;
    if (value >= min && value <= max) return value;
    return refuse(context, {
      ja: `${name} には ${min} から ${max} までの整数を指定してください。`,
      en: `${name} takes a whole number from ${min} to ${max}.`,
    });
  });

/** `true` or `false`, also as text. */
export const yesOrNo = (name: string) =>
  z.unknown().transform((given, context): boolean => {
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    return refuse(context, {
      ja: `${name} には true か false を指定してください。`,
      en: `${name} takes true or false.`,
    });
  });

/** One of some values, also as text. */
export const oneOf = <Value extends string | number>(values: readonly Value[], problem: (given: string) => Text) =>
  z.coerce
    .string()
    .transform(
      (given, context): Value => values.find((value) => String(value) === given) ?? refuse(context, problem(given)),
    );

/** Texts, also in one text with commas between them. */
export const list = z.unknown().transform((given, context): string[] => {
  const items: unknown = typeof given === 'string' ? given.split(',') : given;
  if (Array.isArray(items) && items.every((item) => typeof item === 'string'))
    return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
  return refuse(context, {
    ja: '値を 1 つ、または複数をカンマで区切って指定してください。',
    en: 'Give one value, or several with commas between them.',
  });
});
