import type { Text } from '../lib/text.ts';

/** What the command says to a learner, beside what labs and steps say themselves. `{x}` is filled in. */
export const messages = {
  up: { ja: '起動中: {targets}', en: 'up on {targets}' },
  notUp: { ja: '停止', en: 'not up' },
  minutes: { ja: '{minutes} 分', en: '{minutes} min' },
  tasks: { ja: '課題 {done}/{all}', en: '{done}/{all} tasks' },
  alreadyUp: { ja: 'ラボ {lab} はすでに起動しています。', en: 'Lab {lab} is up already.' },
  isUp: { ja: 'ラボ {lab} の準備ができました。', en: 'Lab {lab} is up.' },
  next: { ja: '次にすること:', en: 'What to do next:' },
  nextEnv: {
    ja: 'この端末をラボにつなぐ（kubectl と、npx なしの labs が使える）',
    en: 'point this terminal at the lab: kubectl, and labs without npx',
  },
  nextGuide: { ja: 'ガイドを読む', en: 'read the guide' },
  nextCheck: { ja: 'できたか確かめる', en: 'check what you did' },
  nextAnswer: { ja: '見つけた値で答える', en: 'answer with what you found' },
  nextDown: { ja: '片付ける', en: 'remove everything' },
  notRunning: {
    ja: 'ラボ {lab} は起動していません。片付けるものはありません。',
    en: 'Lab {lab} is not up: there is nothing to remove.',
  },
  isDown: { ja: 'ラボ {lab} を片付けました。', en: 'Lab {lab} is down.' },
  isReset: { ja: 'ラボ {lab} は最初の状態に戻りました。', en: 'Lab {lab} is back at its beginning.' },
  passed: { ja: '合格', en: 'passed' },
  failed: { ja: 'まだです', en: 'not yet' },
  correct: { ja: '正解です: {task}', en: 'Correct: {task}' },
  incorrect: { ja: '違います: {task}', en: 'Not that: {task}' },
  question: { ja: '問い: {question}', en: 'Question: {question}' },
  firstTask: {
    ja: '最初の課題のコマンドを、ガイドのとおりに実行します。',
    en: "Playing the first task's commands, as the guide gives them.",
  },
  notHere: {
    ja: '（{need} が必要なので、ここでは実行しません: {why}）',
    en: '(needs {need}, so it does not run here: {why})',
  },
  nodeRunning: { ja: '稼働中', en: 'running' },
  nodeStopped: { ja: '停止', en: 'stopped' },
  nodeKilled: { ja: 'ノード {node} の電源を切りました。', en: 'Node {node} has lost its power.' },
  nodeStarted: { ja: 'ノード {node} は動いています。', en: 'Node {node} is running.' },
  unchecked: { ja: '出力は比較しない', en: 'output not compared' },
  rehearsed: {
    ja: '実行 {ran} / 合格 {passed} / 失敗 {failed} / 課題の不合格 {failedChecks} / 未到達 {notReached}',
    en: '{ran} blocks ran, {passed} passed, {failed} failed; {failedChecks} checks failed; {notReached} blocks not reached',
  },
  notHereCount: { ja: 'ここでは実行しないブロック: {needs}', en: 'blocks that need another target: {needs}' },
  recorded: { ja: '出力を書き換えました: {file}', en: 'Outputs rewritten: {file}' },
  nothingToRecord: { ja: '出力に変わりはありません。', en: 'The outputs are as recorded.' },
  interrupted: {
    ja: '中断しました。作りかけのものは片付けました。',
    en: 'Interrupted. What was half done has been removed.',
  },
  cleaningUp: {
    ja: '中断しています。後始末が終わるまでお待ちください。',
    en: 'Interrupting: please wait until things are left in order.',
  },
} as const satisfies Record<string, Text>;

/** Name of a message. */
export type MessageName = keyof typeof messages;
