import { Document, isMap, isScalar, isSeq, Pair, type Node } from 'yaml';
import type { Language } from '../../core/text.ts';
import type { Finding } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { commentsOf } from './comments.ts';
import { wrapComment } from './wrap-comment.ts';

/** An object as YAML, with comments where it differs from ECS. */
export function yamlOf(object: KubernetesObject, findings: readonly Finding[], language: Language): string {
  // kubectl reads YAML 1.1, where yes, no, on and off are truth values: they have to stand in quotes.
  const document = new Document(object, { aliasDuplicateObjects: false, version: '1.1' });
  for (const { path, text } of commentsOf(object, findings, language)) comment(document, path, text);
  return document.toString({ lineWidth: 0 });
}

/** Several objects in one file. */
export const yamlOfAll = (
  objects: readonly KubernetesObject[],
  findings: readonly Finding[],
  language: Language,
): string => objects.map((object) => yamlOf(object, findings, language)).join('---\n');

function comment(document: Document, path: readonly (string | number)[], text: string): void {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const written = wrapComment(text)
    .map((line) => ` ${line}`)
    .join('\n');
  const add = (node: Pick<Node, 'commentBefore'>) => {
    node.commentBefore = node.commentBefore == null ? written : `${node.commentBefore}\n${written}`;
  };
  if (isMap(parent)) {
    const pair = parent.items.find((item): item is Pair<Node> => isScalar(item.key) && item.key.value === last);
    if (pair !== undefined) add(pair.key);
  } else if (isSeq(parent) && typeof last === 'number') add(parent.items[last] as Node);
}
