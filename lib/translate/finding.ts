import type { Text } from '../core/text.ts';

/**
 * How a field of ECS is answered: `exact`, the same meaning, renaming and units aside; `approximate`, a field that
 * differs in what the sentence says; `none`, no counterpart in a Kubernetes object; `input`, something that the two API
 * objects don't say.
 */
export type Match = 'exact' | 'approximate' | 'none' | 'input';

/** What a reader has to do about a finding. */
export type Todo = 'nothing' | 'decide' | 'elsewhere';

/** The lab that shows what a finding is about. A test holds the names to the catalogue of labs. */
export type LabName =
  'ecs-and-eks' | 'eks-ec2' | 'eks-fargate' | 'networking' | 'operations' | 'scheduling' | 'security' | 'workloads';

/** A place in an object of the output. */
export interface Place {
  /** Kind and name, such as `Deployment/web`. */
  readonly object: string;
  readonly path: readonly (string | number)[];
}

/** What became of one field of the input. */
export interface Finding extends Text {
  /** The field's path, such as `containerDefinitions[0].cpu`; those of the service begin with `service.`. */
  readonly path: string;
  readonly match: Match;
  readonly todo: Todo;
  /** The lab that explains it. */
  readonly lab: LabName;
  /** Where the field went, when it went into an object. */
  readonly to?: Place;
}

/** The answer to a field, before it is known where the field is. */
export interface Answer {
  readonly match: Match;
  readonly todo: Todo;
  readonly text: Text;
  readonly lab?: LabName;
  /**
   * Where the field went: `container.image`, `pod.hostNetwork`, `workload.spec.replicas`, or a kind and a path, such as
   * `Service.spec.ports`. @default nowhere
   */
  readonly to?: string;
}

/** More about an answer than its sentence. */
export type AnswerDetails = Pick<Answer, 'to' | 'lab'>;

const answer =
  (match: Match, defaultTodo: Todo) =>
  (ja: string, en: string, details: AnswerDetails & { readonly todo?: Todo } = {}): Answer => ({
    match,
    todo: defaultTodo,
    text: { ja, en },
    ...details,
  });

/** An answer of one kind; it takes the sentence in Japanese and English. */
export const exact = answer('exact', 'nothing');
export const approximate = answer('approximate', 'nothing');
export const none = answer('none', 'elsewhere');
export const input = answer('input', 'decide');
