import type { Language } from '../../core/text.ts';
import type { Finding } from '../finding.ts';
import { nameOf, type KubernetesObject } from '../kubernetes-object.ts';

/** A comment in an object, at a path. */
export interface Comment {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/**
 * The comments of an object: what differs from ECS, at the place that it concerns. A sentence stands once, where it
 * first applies.
 */
export function commentsOf(
  object: KubernetesObject,
  findings: readonly Finding[],
  language: Language,
): readonly Comment[] {
  const name = nameOf(object);
  const said = new Set<string>();
  const comments = new Map<string, { path: Comment['path']; texts: string[] }>();
  for (const finding of findings) {
    const { to, match, todo } = finding;
    const text = finding[language];
    if (to?.object !== name || (match === 'exact' && todo === 'nothing') || said.has(text)) continue;
    said.add(text);
    const key = to.path.join('\u0000');
    const there = comments.get(key) ?? { path: to.path, texts: [] };
    there.texts.push(text);
    comments.set(key, there);
  }
  return [...comments.values()].map(({ path, texts }) => ({ path, text: texts.join('\n') }));
}
