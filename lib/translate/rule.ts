import { none, type Answer } from './finding.ts';
import type { Plan, PlannedContainer } from './plan.ts';

/** A field of the input, as its rule sees it. */
export interface Field<T = never> {
  /** With indexes, such as `containerDefinitions[0].cpu`. */
  readonly path: string;
  readonly value: T;
  /** The indexes in the path, in their order. */
  readonly indexes: readonly number[];
  readonly plan: Plan;
  /** The container that the field belongs to; of a field of the task or the service, the main one. */
  readonly container: PlannedContainer;
}

/** What is said of a field: the same whatever its value, or a function of it. */
export type Rule = Answer | ((field: Field) => Answer);

/** Rules by the paths of fields, without indexes: `containerDefinitions[].cpu`. */
export type Rules = Readonly<Record<string, Rule>>;

/** A rule that looks at the value. */
export const rule =
  <T>(decide: (field: Field<T>) => Answer): Rule =>
  (field) =>
    decide(field);

/** The same rule for several paths. */
export const forAll = (paths: readonly string[], answer: Rule): Rules =>
  Object.fromEntries(paths.map((path) => [path, answer]));

const notOnWindows = none(
  'Windows の Pod にこのフィールドはありません。API サーバーが拒否するので、書きません。',
  'A pod on Windows has no such field, and the API server refuses it, so it is not written.',
  { todo: 'decide', lab: 'workloads' },
);

/** A rule of a field that pods on Windows don't have. */
export const onLinux = <T>(decide: (field: Field<T>) => Answer): Rule =>
  rule<T>((field) => (field.plan.windows ? notOnWindows : decide(field)));
