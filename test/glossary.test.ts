import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Nodes, Table } from 'mdast';
import { describe, expect, jest, test } from '@jest/globals';
import { toString } from 'mdast-util-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import ts from 'typescript';
import { unified } from 'unified';
import { guideFile } from '../lib/engine/guides.ts';
import { labs } from '../labs/catalogue.ts';
import { projectFolder } from '../lib/platform/paths.ts';
import { languages, type Language } from '../lib/core/text.ts';

// All guides are read, on machines that have other work too.
jest.setTimeout(60_000);

const markdown = unified().use(remarkParse).use(remarkGfm);
const read = (file: string) => readFile(path.join(projectFolder, file), 'utf8');

/** The rows of the glossary's tables, without their heads. */
async function glossaryTables(): Promise<readonly (readonly (readonly string[])[])[]> {
  const { children } = markdown.parse(await read('docs/glossary.md'));
  return children
    .filter((node): node is Table => node.type === 'table')
    .map(({ children: rows }) => rows.slice(1).map((row) => row.children.map((cell) => toString(cell).trim())));
}

const [words = [], pairs = []] = await glossaryTables();

/** Something that a learner reads, and where it stands. */
interface Passage {
  readonly place: string;
  readonly text: string;
}

const sections = new Map<string, Promise<readonly Passage[]>>();

/** The prose of a Markdown file, section by section: what stands in code is not prose. Each file is parsed once. */
function sectionsOf(file: string): Promise<readonly Passage[]> {
  const known = sections.get(file) ?? parsedSections(file);
  sections.set(file, known);
  return known;
}

async function parsedSections(file: string): Promise<readonly Passage[]> {
  const sections: Passage[] = [];
  for (const node of markdown.parse(await readFile(file, 'utf8')).children) {
    const isHead = node.type === 'heading' && node.depth === 2;
    const before = isHead ? undefined : sections.pop();
    const place = before?.place ?? `${path.relative(projectFolder, file)}:${node.position?.start.line ?? 1}`;
    sections.push({ place, text: `${before?.text ?? ''}\n${proseOf(node)}` });
  }
  return sections;
}

function proseOf(node: Nodes): string {
  if (node.type === 'code' || node.type === 'inlineCode' || node.type === 'html') return ' ';
  if (node.type === 'image') return node.alt ?? '';
  if ('value' in node) return node.value;
  if (!('children' in node)) return '';
  const apart = ['list', 'listItem', 'table', 'tableRow', 'blockquote'].includes(node.type) ? '\n' : '';
  return node.children.map((child) => proseOf(child)).join(apart);
}

/** Every `{ ja, en }` of a source file. */
function textsOf(file: string, source: string): readonly Readonly<Record<Language, Passage>>[] {
  // Parsing takes long, and most files have no text.
  if (!/\bja\b/.test(source)) return [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const found: Record<Language, Passage>[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const [ja, en] = languages.map((language) =>
        node.properties.find(
          (property): property is ts.PropertyAssignment =>
            ts.isPropertyAssignment(property) && property.name.getText() === language,
        ),
      );
      const passage = ({ initializer }: ts.PropertyAssignment): Passage => ({
        place: `${file}:${line}`,
        text: wordsOf(initializer),
      });
      if (ja !== undefined && en !== undefined) found.push({ ja: passage(ja), en: passage(en) });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** What an expression says, without what is filled in. */
function wordsOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
  return node
    .getChildren()
    .map((child) => wordsOf(child))
    .join('');
}

async function sourcesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(path.join(projectFolder, folder), { recursive: true });
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).map((file) => path.join(folder, file));
}

const sources = (await Promise.all(['bin', 'labs', 'lib'].map((folder) => sourcesIn(folder)))).flat();
const texts = (await Promise.all(sources.map(async (file) => textsOf(file, await read(file))))).flat();
const readme = (language: Language) =>
  path.join(projectFolder, language === 'en' ? 'README.md' : `README.${language}.md`);

/** The variants that are wrong, compiled once: they are looked for in thousands of passages. */
const variants = words.flatMap(([ja = '', en = '', not = '']) =>
  not
    .split(', ')
    .filter((variant) => variant !== '')
    .map((variant) => ({ names: { ja, en }, pattern: patternOf(variant, [ja, en]) })),
);

/** What is wrong with a word: where it stands, as part of what, and what it should be. */
function variantsIn({ place, text }: Passage, language: Language): readonly string[] {
  return variants.flatMap(({ names, pattern }) =>
    [...text.matchAll(pattern)].map(
      ({ index, 0: word }) =>
        `${place}: ${word} (${names[language]}) in …${text.slice(Math.max(0, index - 15), index + 20)}…`,
    ),
  );
}

/** A variant as a word of its own: not the beginning of the right one, nor of a longer Latin word. */
function patternOf(variant: string, right: readonly string[]): RegExp {
  const isLatin = /^[\p{ASCII}]+$/u.test(variant);
  const longer = right.filter((word) => word.startsWith(variant)).map((word) => word.slice(variant.length));
  const notRight = longer.map((rest) => `(?!${rest})`).join('');
  return new RegExp(isLatin ? `(?<![\\w.-])${variant}s?(?![\\w.:-]*\\w)` : `${variant}${notRight}(?!ー)`, 'gu');
}

describe('the glossary', () => {
  test('has two tables, and names no word twice', () => {
    expect([words.length, pairs.length].map((count) => count > 10)).toEqual([true, true]);
    for (const column of [0, 1]) {
      const names = words.map((row) => row[column]);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    }
  });

  test('finds the variants of a word, and leaves the word alone', () => {
    const found = (text: string) => variantsIn({ place: 'x', text }, 'ja').map((line) => line.split(' ')[1]);
    expect(found('クラスタとサーバの上のポッド、コンテナー')).toEqual(
      expect.arrayContaining(['クラスタ', 'サーバ', 'ポッド', 'コンテナー']),
    );
    expect(found('クラスターとサーバーの上の Pod、コンテナ、スケジューラー')).toEqual([]);
    expect(found('K8s and daemon sets, but a daemon settles at metrics.k8s.io').sort()).toEqual(['K8s', 'daemon']);
  });
});

describe.each(languages)('in %s', (language) => {
  test.each(labs.map((lab) => [lab.id, lab] as const))('the guide of lab %s uses its words', async (_, lab) => {
    const sections = await sectionsOf(guideFile(lab, language));
    expect(sections.flatMap((section) => variantsIn(section, language))).toEqual([]);
  });

  test('so does the README', async () => {
    const sections = await sectionsOf(readme(language));
    expect(sections.flatMap((section) => variantsIn(section, language))).toEqual([]);
  });

  test('so do titles, questions, hints and messages', () => {
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.flatMap((text) => variantsIn(text[language], language))).toEqual([]);
  });
});

/** The terms that one language of a text names and the other does not. */
const oneSided = (ja: Passage, en: Passage): readonly string[] =>
  pairs.flatMap(([japanese = '', english = '']) => {
    const inJa = japanese.split(', ').some((name) => ja.text.includes(name));
    const inEn = english.split(', ').some((name) => {
      const word = name.replace(' ', '[ -]');
      return new RegExp(`(?<!\\w)${word}(?:s|es)?(?!\\w|-\\d)`, 'i').test(en.text);
    });
    if (inJa === inEn) return [];
    return [
      `${inJa ? ja.place : en.place}: ${inJa ? japanese : english}, and its twin has no ${inJa ? english : japanese}`,
    ];
  });

describe('both languages name the same terms', () => {
  test.each(labs.map((lab) => [lab.id, lab] as const))('in the guides of lab %s, task by task', async (_, lab) => {
    const [ja = [], en = []] = await Promise.all(languages.map((language) => sectionsOf(guideFile(lab, language))));
    expect(en).toHaveLength(ja.length);
    expect(ja.flatMap((section, index) => oneSided(section, en[index]!))).toEqual([]);
  });

  test('in the READMEs, section by section', async () => {
    const [ja = [], en = []] = await Promise.all(languages.map((language) => sectionsOf(readme(language))));
    // What the English one says of AWS more than the other is for administrators.
    const ofAws = en.findIndex(({ text }) => text.includes('Deploy to AWS'));
    const twins = ja.map((section, index) => [section, en[index]!] as const).filter((_, index) => index !== ofAws);
    expect(twins).toHaveLength(en.length - 1);
    expect(twins.flatMap(([one, other]) => oneSided(one, other))).toEqual([]);
  });

  test('in messages', () => {
    const messages = texts.filter(({ ja }) => ja.place.startsWith('bin/'));
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.flatMap(({ ja, en }) => oneSided(ja, en))).toEqual([]);
  });
});

test('a space stands between Japanese and Latin letters', async () => {
  const letters = '[\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Han}ー]';
  const seam = new RegExp(`${letters}[A-Za-z0-9]|[A-Za-z0-9]${letters}`, 'gu');
  const files = [readme('ja'), ...labs.map((lab) => guideFile(lab, 'ja'))];
  const sections = (await Promise.all(files.map((file) => sectionsOf(file)))).flat();
  const passages = [...sections, ...texts.map(({ ja }) => ja)];
  const found = passages.flatMap(({ place, text }) =>
    [...text.matchAll(seam)].map(({ index }) => `${place}: ${text.slice(Math.max(0, index - 8), index + 10)}`),
  );
  expect(found).toEqual([]);
});
