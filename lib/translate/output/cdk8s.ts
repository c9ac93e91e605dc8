import type { Language } from '../../core/text.ts';
import type { Finding } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { commentsOf, type Comment } from './comments.ts';
import { wrapComment } from './wrap-comment.ts';

const indentation = '  ';

const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text);

/** A text in single quotes, as in TypeScript. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

const pascal = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** A value as a literal of TypeScript, with comments before the fields that they are about. */
function literal(value: unknown, comments: readonly Comment[], path: Comment['path'], depth: number): string {
  const inner = indentation.repeat(depth + 1);
  const close = indentation.repeat(depth);
  const commentAt = (at: Comment['path']): string =>
    comments
      .filter((comment) => comment.path.length === at.length && comment.path.every((key, index) => key === at[index]))
      .flatMap(({ text }) => wrapComment(text))
      .map((line) => `${inner}// ${line}\n`)
      .join('');
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item: unknown, index) => {
      const at = [...path, index];
      return `${commentAt(at)}${inner}${literal(item, comments, at, depth + 1)},\n`;
    });
    return `[\n${items.join('')}${close}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, each]) => each !== undefined);
    if (fields.length === 0) return '{}';
    const lines = fields.map(([name, each]) => {
      const at = [...path, name];
      return `${commentAt(at)}${inner}${isName(name) ? name : quoted(name)}: ${literal(each, comments, at, depth + 1)},\n`;
    });
    return `{\n${lines.join('')}${close}}`;
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

/** The name of the class of a chart. */
export const chartClassOf = (name: string): string => `${pascal(name)}Chart`;

/**
 * A chart of cdk8s with these objects. It uses `ApiObject`, which writes what it is given: the generated classes of
 * cdk8s-plus-27 are of Kubernetes 1.27, and don't know native sidecars, pod-level resources, `sleep` before a stop, nor
 * the objects of operators.
 *
 * @param name the name of the application
 */
export function cdk8sChartOf(
  name: string,
  objects: readonly KubernetesObject[],
  findings: readonly Finding[],
  language: Language,
): string {
  const chart = chartClassOf(name);
  const body = objects.map((object) => {
    const comments = commentsOf(object, findings, language);
    const id = `${object.kind}-${object.metadata.name}`;
    return `    new ApiObject(this, ${quoted(id)}, ${literal(object, comments, [], 2)});`;
  });
  return `import { ApiObject, App, Chart, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';

/** The Kubernetes objects of ${name}. */
export class ${chart} extends Chart {
  constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, { disableResourceNameHashes: true, ...props });

${body.join('\n\n')}
  }
}

const app = new App();
new ${chart}(app, ${quoted(name)});
app.synth();
`;
}
