import type { Text } from '../core/text.ts';
import { objectsOf, type Objects } from './build.ts';
import { refuseContradictions } from './contradictions.ts';
import type { EcsInput } from './ecs-input.ts';
import type { Answer, Finding } from './finding.ts';
import { leavesOfInput } from './leaves.ts';
import { observationsOf } from './observations.ts';
import { planOf, type Plan, type PlannedContainer } from './plan.ts';
import { Places } from './places.ts';
import type { Field, Rules } from './rule.ts';
import { allRules } from './rules.ts';
import type { Leaf } from './shape.ts';

/** The objects that an input becomes, and what became of each of its fields. */
export interface Translation extends Objects {
  readonly findings: readonly Finding[];
}

/** A field has no rule. It is an error of this program: the types of the SDK have a path that nobody wrote a rule for. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  readonly path: string;

  constructor(path: string) {
    super(`No rule answers ${path}.`);
    this.path = path;
  }
}

const containerPath = /^containerDefinitions\[(\d+)\]/;

/**
 * Translates a task definition, and what is known of the service around it, to Kubernetes objects.
 *
 * @param rules what is said of each field
 * @throws UsageError for an input that contradicts itself; UnansweredError for a field without a rule
 */
export function translate(input: EcsInput, rules: Rules = allRules): Translation {
  refuseContradictions(input);
  const plan = planOf(input);
  const objects = objectsOf(plan);
  const places = new Places(plan, objects);
  const found = (path: string, { match, todo, text, lab = 'ecs-and-eks', to }: Answer, container: PlannedContainer) => {
    const place = places.find(to, container);
    return { path, match, todo, lab, ...text, ...(place !== undefined && { to: place }) } satisfies Finding;
  };
  const answered = leavesOfInput(input).map((leaf): Finding => {
    const container = containerOf(leaf, plan);
    return found(leaf.path, answerTo(leaf, plan, container, rules), container);
  });
  const observed = observationsOf(plan).map(({ path, ...answer }) => found(path, answer, plan.main));
  return { ...objects, findings: [...answered, ...observed] };
}

function containerOf({ path }: Leaf, plan: Plan): PlannedContainer {
  const index = containerPath.exec(path)?.[1];
  return index === undefined ? plan.main : plan.containers[Number(index)]!;
}

function answerTo({ path, rule: name, value }: Leaf, plan: Plan, container: PlannedContainer, rules: Rules): Answer {
  const rule = rules[name];
  if (rule === undefined) throw new UnansweredError(name);
  if (container.role === 'dropped' && containerPath.test(path) && !/Configuration\./.test(path))
    return droppedWith(container.why!);
  const indexes = [...path.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index));
  const field: Field = { path, value: value as never, indexes, plan, container };
  return typeof rule === 'function' ? rule(field) : rule;
}

const droppedWith = (text: Text): Answer => ({ match: 'none', todo: 'elsewhere', text, lab: 'operations' });
