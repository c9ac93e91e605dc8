import { describe, expect, test } from '@jest/globals';
import { parseGuide } from '../../lib/guide/parse.ts';
import { renderClosing, renderGuide, renderOpening, renderTask, type RenderOptions } from '../../lib/guide/render.ts';
import { plain, widthOf, wrap } from '../../lib/guide/rich-text.ts';

const options: RenderOptions = { width: 40, color: false, language: 'ja', target: 'local', kubernetes: '1.36' };
const render = (source: string, change: Partial<RenderOptions> = {}) =>
  renderGuide(parseGuide(`# 題\n\n${source}`, 'guide.ja.md', { recording: true }), { ...options, ...change })
    .split('\n')
    .slice(3, -1);
const lines = (text: string, width: number) => wrap([{ text, style: plain }], width);

describe('wraps', () => {
  test('between words, and between East Asian characters', () => {
    expect(lines('The quick brown fox jumps', 10)).toEqual(['The quick', 'brown fox', 'jumps']);
    expect(lines('コントロールプレーンを見る', 10)).toEqual(['コントロー', 'ルプレーン', 'を見る']);
    expect(lines('これはkubectlで見ます', 12)).toEqual(['これは', 'kubectlで見', 'ます']);
  });

  test('but not before a full stop, nor after an opening bracket', () => {
    expect(lines('あいうえお。かきく', 10)).toEqual(['あいうえ', 'お。かきく']);
    expect(lines('あいうえ「かき」く', 10)).toEqual(['あいうえ', '「かき」く']);
  });

  test('anywhere if a word is too long', () => {
    expect(lines('see 0123456789abcdef there', 10)).toEqual(['see', '0123456789', 'abcdef', 'there']);
  });

  test('a line of the source to a space, but not between East Asian characters', () => {
    expect(lines('one\ntwo', 40)).toEqual(['one two']);
    expect(lines('ひとつ、\nふたつ', 40)).toEqual(['ひとつ、ふたつ']);
    expect(lines('送り、\nAPI が', 40)).toEqual(['送り、API が']);
    expect(lines('これは\nkubectl', 40)).toEqual(['これは kubectl']);
  });

  test('to no more columns than there are, whatever the width', () => {
    const text =
      'EKS では、コントロールプレーンは AWS が管理します（`kubectl get pods` には出ません）。https://docs.aws.amazon.com/eks/latest/userguide/';
    for (let width = 4; width < 90; width += 1) {
      const wrapped = lines(text, width);
      expect(Math.max(...wrapped.map(widthOf))).toBeLessThanOrEqual(width);
      expect(wrapped.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });
});

test('shows headings, lists, quotations, links and tables', () => {
  expect(
    render(
      '## 節\n\n- 一つ目\n- 二つ目は長くて、四十桁の端末では一行に収まりません\n  1. 内側\n\n> 引用\n\n[文書](https://example.com) と <https://example.org>\n\n| 名前 | 値 |\n|---|---|\n| `a` | 長い |\n| bb | c |',
    ),
  ).toEqual([
    '節',
    '──',
    '',
    '• 一つ目',
    '• 二つ目は長くて、四十桁の端末では一行に',
    '  収まりません',
    '  1. 内側',
    '',
    '│ 引用',
    '',
    '文書 (https://example.com) と',
    'https://example.org',
    '',
    '名前  値',
    '────  ────',
    '`a`   長い',
    'bb    c',
  ]);
});

test('narrows a table that is too wide', () => {
  const table = render('| a | b |\n|---|---|\n| short | a cell that is much longer than the others are |', {
    width: 30,
  });
  expect(Math.max(...table.map(widthOf))).toBeLessThanOrEqual(30);
  expect(table.join(' ').replace(/\s+/g, ' ')).toContain('short a cell that is');
});

describe('commands', () => {
  const guide =
    '```bash\nkubectl version\n# 説明\n```\n\n```output kubernetes=1.36\nv1.36.3\n```\n\n```output kubernetes=1.35\nv1.35.4\n```\n\n```bash\ntrue\n```\n\n```output\n```\n\n```yaml\na: 1\n```';

  test('stand apart, with the output for these surroundings', () => {
    expect(render(guide)).toEqual([
      '    kubectl version',
      '    # 説明',
      '',
      '  │ v1.36.3',
      '',
      '    true',
      '',
      '  │ (何も表示されません)',
      '',
      '    a: 1',
    ]);
    expect(render(guide, { kubernetes: '1.35' })).toContain('  │ v1.35.4');
  });

  test('that do not run here say so and why', () => {
    const aws = '```bash needs=host why="ノードのホストに入ります。"\njournalctl -u kubelet\n```';
    expect(render(aws, { width: 80 })).toEqual([
      '※ linux, aws でのみ動きます。ノードのホストに入ります。',
      '    journalctl -u kubelet',
    ]);
    expect(render(aws, { target: 'aws' })).toEqual(['    journalctl -u kubelet']);
  });

  test('are never wrapped, so that they can be pasted', () => {
    const long = `kubectl get pods ${'--flag '.repeat(20)}--end`;
    expect(render('```bash\n' + long + '\n```')).toEqual([`    ${long}`]);
  });
});

test('a long line of output goes on below in a terminal, at a space, and stays as it is elsewhere', () => {
  const guide =
    '```bash\ntrue\n```\n\n```output\nNAME      READY   STATUS    RESTARTS\n日本語のながいながい一行\nshort\n```';
  expect(render(guide, { terminal: 24 }).slice(2)).toEqual([
    '  │ NAME      READY',
    '  ┆   STATUS    RESTARTS',
    '  │ 日本語のながいながい',
    '  ┆   一行',
    '  │ short',
  ]);
  expect(render(guide).slice(2)).toEqual([
    '  │ NAME      READY   STATUS    RESTARTS',
    '  │ 日本語のながいながい一行',
    '  │ short',
  ]);
});

test('keeps the words of code whole', () => {
  expect(render('控えるのは `list-container-instances` の結果です')).toEqual([
    '控えるのは `list-container-instances` の',
    '結果です',
  ]);
  expect(render('控えておくのは、`list-container-instances --cluster a` です')).toEqual([
    '控えておくのは、',
    '`list-container-instances --cluster a`',
    'です',
  ]);
});

test('uses colours when asked to, and only then', () => {
  const source = '## 節\n\n**太字** と `code`\n\n```bash\nkubectl get pods # all\n```\n\n```output\nnone\n```';
  const escape = String.fromCharCode(27);
  expect(render(source).join('\n')).not.toContain(escape);
  const colored = render(source, { color: true });
  expect(colored).toContain(`    ${escape}[36mkubectl${escape}[39m get pods # all`);
  expect(colored).toContain(`${escape}[2m  │ none${escape}[22m`);
  expect(colored.join('\n')).toContain(`${escape}[1m太字${escape}[22m と ${escape}[36mcode${escape}[39m`);
});

test('shows what stands before the first task, and behind the last', () => {
  const source = '# 題\n\n序\n\n## 一\n<!-- task: one -->\n\n文\n\n## できるようになったこと\n\n結び';
  const guide = parseGuide(source, 'guide.ja.md');
  expect(renderOpening(guide, options)).toBe('題\n══\n\n序\n');
  expect(renderClosing(guide, options)).toBe('できるようになったこと\n──────────────────────\n\n結び\n');
});

test('shows one task', () => {
  const guide = parseGuide(
    '# 題\n\n序\n\n## 一\n<!-- task: one -->\n\n文\n\n## 二\n<!-- task: two -->\n\n別',
    'guide.ja.md',
  );
  expect(renderTask(guide, 'one', options)).toBe('一\n──\n\n文\n');
  expect(() => renderTask(guide, 'tow', options)).toThrow("Unknown task 'tow'. Did you mean 'two'? Valid: one, two.");
});
