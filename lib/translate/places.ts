import type { Objects } from './build.ts';
import type { Place } from './finding.ts';
import { nameOf, type KubernetesObject } from './kubernetes-object.ts';
import { inOrder, type Plan, type PlannedContainer } from './plan.ts';

/** The value at a path; undefined where there is none. */
export const valueAt = (object: unknown, path: Place['path']): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    object,
  );

/** Finds the places that answers name, such as `container.image`, in the objects of a plan. */
export class Places {
  readonly #plan: Plan;
  readonly #objects: readonly KubernetesObject[];
  readonly #workload: KubernetesObject;
  readonly #template: readonly string[];

  constructor(plan: Plan, { objects, addOns }: Objects) {
    this.#plan = plan;
    this.#objects = [...objects, ...addOns];
    this.#workload = objects.find(({ kind }) => kind === plan.kind)!;
    this.#template = plan.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  }

  /** The place that an answer to a field of a container names; undefined where there is nothing. */
  find(name: string | undefined, container: PlannedContainer): Place | undefined {
    if (name === undefined) return undefined;
    const [where = '', ...rest] = name.split('.');
    if (where === 'container') return this.#existing(this.#workload, [...this.#pathOf(container), ...rest]);
    if (where === 'before') {
      const other = this.#plan.containers.find((each) => each.name === rest[0]);
      return other === undefined ? undefined : this.#existing(this.#workload, [...this.#pathOf(other), 'name']);
    }
    if (where === 'pod') return this.#existing(this.#workload, [...this.#template, 'spec', ...rest]);
    if (where === 'template') return this.#existing(this.#workload, [...this.#template, ...rest]);
    if (where === 'workload') return this.#existing(this.#workload, rest);
    const object = this.#objects.find(({ kind }) => kind === where);
    return object === undefined ? undefined : this.#existing(object, rest);
  }

  #pathOf(container: PlannedContainer): Place['path'] {
    const { before, beside } = inOrder(this.#plan);
    const at = before.indexOf(container);
    return [
      ...this.#template,
      'spec',
      ...(at < 0 ? ['containers', beside.indexOf(container)] : ['initContainers', at]),
    ];
  }

  #existing(object: KubernetesObject, path: Place['path']): Place | undefined {
    return valueAt(object, path) === undefined ? undefined : { object: nameOf(object), path };
  }
}
