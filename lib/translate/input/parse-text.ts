import { isMap, isSeq, parseDocument, type ScalarTag, type CollectionTag } from 'yaml';
import { UsageError } from '../../core/errors.ts';

/** The most bytes of a file. A task definition has at most 64 KiB, and a template of CloudFormation 1 MB. */
export const mostBytes = 2_000_000;

/** A position in a text, as editors count it. */
const positionAt = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

const invalid = (file: string, ja: string, en: string): UsageError =>
  new UsageError({ ja: `${file}: ${ja}`, en: `${file}: ${en}` });

/**
 * Reads a text in JSON or YAML, with the short tags of CloudFormation (`!Ref`).
 *
 * @throws UsageError with line and column for a text that is neither
 */
export function parseText(file: string, text: string): unknown {
  const content = text.replace(/^\uFEFF/, '');
  if (content.trim() === '') throw invalid(file, '空です。', 'it is empty.');
  refuseTemplates(file, content);
  return /^\s*[{[]/.test(content) ? parseJson(file, content) : parseYaml(file, content);
}

/** Texts that a tool makes JSON of first. */
function refuseTemplates(file: string, text: string): void {
  if (
    /\.(jsonnet|libsonnet)$/.test(file) ||
    /^\s*(local\s+\w+\s*=|import\s+['"]|function\s*\()/.test(text) ||
    /\bstd\.(native|extVar|format)\s*\(/.test(text)
  ) {
    throw invalid(
      file,
      'Jsonnet です。先に JSON にしてください: ecspresso render taskdef、または jsonnet FILE',
      'this is Jsonnet. Render it to JSON first: ecspresso render taskdef, or jsonnet FILE.',
    );
  }
  const template = /\{\{-?\s*[\w.`"$(]/.exec(text);
  if (template !== null) {
    const { line, column } = positionAt(text, template.index);
    throw invalid(
      file,
      `${line} 行 ${column} 列にテンプレート {{ … }} があります。先に展開してください: ecspresso render taskdef`,
      `line ${line}, column ${column} has a template, {{ … }}. Render it first: ecspresso render taskdef.`,
    );
  }
  if (/^\s*(resource|module|variable|data|provider|terraform|locals)\b[^\n:]*\{/m.test(text) && !/^\s*\{/.test(text)) {
    throw invalid(
      file,
      'Terraform の HCL です。状態か計画を JSON にしてください: terraform show -json > state.json',
      'this is HCL of Terraform. Give the state or the plan as JSON: terraform show -json > state.json.',
    );
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { message } = error as Error;
    const slip = slipIn(text);
    const offset = slip?.offset ?? Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const { line, column } = positionAt(text, offset);
    const what = slip ?? { ja: `JSON として読めません（${message}）。`, en: `it is no JSON (${message}).` };
    throw invalid(file, `${line} 行 ${column} 列: ${what.ja}`, `line ${line}, column ${column}: ${what.en}`);
  }
}

/** The first comment, trailing comma or single quote outside of texts, which people often write. */
function slipIn(text: string): { readonly offset: number; readonly ja: string; readonly en: string } | undefined {
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"' && text[at] !== '\n'; at++) if (text[at] === '\\') at++;
      // A text that does not end on its line: the parser says so.
      if (text[at] !== '"') return undefined;
    } else if (character === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      return {
        offset: at,
        ja: 'JSON にコメントは書けません。消してください。',
        en: 'JSON has no comments. Remove it.',
      };
    } else if (character === '#') {
      return {
        offset: at,
        ja: 'JSON にコメントは書けません。消してください。',
        en: 'JSON has no comments. Remove it.',
      };
    } else if (character === ',' && /^\s*[}\]]/.test(text.slice(at + 1, at + 10_000))) {
      return {
        offset: at,
        ja: '最後の要素の後のコンマを消してください。',
        en: 'remove the comma after the last element.',
      };
    } else if (character === "'") {
      return { offset: at, ja: '文字列は " で囲みます。', en: 'texts stand in double quotes.' };
    }
  }
  return undefined;
}

/** The short tags of CloudFormation, as the objects that they stand for. */
const shortTags = (() => {
  const names = [
    'Ref',
    'Condition',
    'Base64',
    'Cidr',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'If',
    'ImportValue',
    'Join',
    'Select',
    'Split',
    'Sub',
    'And',
    'Equals',
    'Not',
    'Or',
    'Transform',
    'ToJsonString',
    'Length',
  ];
  const long = (name: string): string => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);
  return names.flatMap((name): (ScalarTag | CollectionTag)[] => {
    const wrap = (value: unknown) => ({ [long(name)]: value });
    return [
      { tag: `!${name}`, resolve: (text: string) => wrap(name === 'GetAtt' ? text.split('.') : text) },
      { tag: `!${name}`, collection: 'seq', resolve: (node) => wrap(node.toJSON()) },
      { tag: `!${name}`, collection: 'map', resolve: (node) => wrap(node.toJSON()) },
    ];
  });
})();

function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { customTags: shortTags, prettyErrors: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [position] = error.linePos ?? [];
    const where =
      position === undefined
        ? { ja: '', en: '' }
        : { ja: `${position.line} 行 ${position.col} 列: `, en: `line ${position.line}, column ${position.col}: ` };
    const said = error.message.split('\n')[0]!.replace(/ at line .*$/, '');
    throw invalid(
      file,
      `${where.ja}JSON でも YAML でもありません（${said}）。`,
      `${where.en}it is neither JSON nor YAML (${said}).`,
    );
  }
  const { contents } = document;
  if (!isMap(contents) && !isSeq(contents)) {
    throw invalid(
      file,
      'タスク定義ではありません。JSON か YAML のオブジェクトを渡してください。',
      'it is no task definition. Give an object in JSON or YAML.',
    );
  }
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}
