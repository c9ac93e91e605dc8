import type { Text } from '../lib/core/text.ts';

/** What the command says to a learner, beside what labs and steps say themselves. `{x}` is filled in. */
export const messages = {
  up: { ja: '起動中: {targets}', en: 'up on {targets}' },
  notUp: { ja: '停止', en: 'not up' },
  minutes: { ja: '{minutes} 分', en: '{minutes} min' },
  tasks: { ja: '課題 {done}/{all}', en: '{done}/{all} tasks' },
  allDone: { ja: 'ラボ {lab} の課題は、すべて終わりました。', en: 'All tasks of lab {lab} are done.' },
  notConnected: {
    ja: 'この端末の kubectl は、ラボ {lab} につながっていません。つなぐには: eval "$({env})"',
    en: 'kubectl in this terminal does not lead to lab {lab}. Connect it with: eval "$({env})"',
  },
  fish: {
    ja: 'この端末は fish でもラボにつながりますが、ガイドのコマンドは bash と zsh のものです。bash を起動してから（bash）、ガイドを実行してください。',
    en: "fish reaches the lab too, but the guide's commands are for bash and zsh: start bash first (bash), then follow the guide.",
  },
  otherNamespace: {
    ja: 'kubectl は名前空間 {other} を使うように変えられています。ラボ {lab} の名前空間に戻すには: kubectl config set-context --current --namespace={namespace}',
    en: 'kubectl has been told to use namespace {other}. Take it back to that of lab {lab} with: kubectl config set-context --current --namespace={namespace}',
  },
  passedBefore: {
    ja: '前に合格しています（合格のままです）。いまの状態では:',
    en: 'It passed before, and counts as done. As things are now:',
  },
  guideNext: { ja: '次の課題', en: 'the next task' },
  guideCheck: { ja: 'できたら', en: 'when you are done' },
  guideAnswer: { ja: '見つけた値で答える', en: 'answer with what you found' },
  guideSkip: { ja: '飛ばして次の課題へ', en: 'skip it: the task after' },
  guideAll: { ja: '全部を続けて読む', en: 'all of it at once' },
  guideUp: { ja: 'まだ起動していません。起動する', en: 'it is not up: bring it up' },
  changeQuestion: { ja: 'この変更を行いますか [y/N] ', en: 'Make this change? [y/N] ' },
  unchanged: { ja: '何も変更していません。', en: 'Nothing was changed.' },
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
  isBroken: { ja: '障害が起きています: {fault}（{title}）', en: 'Something is wrong: {fault} ({title})' },
  nextHealed: {
    ja: '原因を探して直し、直ったか確かめる（まだなら、ヒントがひとつ増える）',
    en: 'when you have found and repaired the cause: see whether it is healed, or get one more hint',
  },
  nextMend: { ja: 'あきらめて、全部元に戻す', en: 'give up, and put everything back' },
  healed: { ja: '直した', en: 'healed' },
  inLab: { ja: 'いま起きている', en: 'in the lab now' },
  notOnTarget: { ja: '{target} では起こせません', en: "can't be had on {target}" },
  faultHealed: { ja: '直りました: {fault}（{title}）', en: 'Healed: {fault} ({title})' },
  nextFault: { ja: '次の障害へ: {next}', en: 'The next one: {next}' },
  faultNotHealed: {
    ja: 'まだ直っていません: {fault}（{title}）、{tries} 回目',
    en: 'Not healed yet: {fault} ({title}), try {tries}',
  },
  hint: { ja: 'ヒント {number}: {hint}', en: 'Hint {number}: {hint}' },
  isMended: {
    ja: 'ラボ {lab} を、作ったときの状態に戻しました。解いた課題と直した障害の記録は残っています。',
    en: 'Lab {lab} is as it was made. Your answers, and which faults you have healed, are kept.',
  },
  notMendedOnAws: {
    ja: 'AWS の上で戻したのは、ラボの名前空間のオブジェクト、障害を入れてから変わったノードのラベルと taint、権限、アドミッション、kube-system のオブジェクト、そして障害が変えたノードのファイルです。消したデータ、ほかの名前空間、AWS の側の設定（ノードグループ、アドオン、IAM）、自分で変えたノードの中身は戻せません。必要なら labs down で片付け、labs up で作り直してください。',
    en: "On AWS this put back the objects of the lab's namespace, what has changed since the fault was put in of nodes' labels and taints, rights, admission and kube-system, and the files of nodes that the fault changed. It can't put back deleted data, other namespaces, settings of AWS itself (node groups, add-ons, IAM), and what you changed on the disks of nodes. If need be, remove everything with labs down and start again with labs up.",
  },
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
  recordingWritten: {
    ja: '{frames} 件を {file} に記録しました（{size} kB）',
    en: 'Recorded {frames} frames into {file} ({size} kB)',
  },
  nothingToRecord: { ja: '出力に変わりはありません。', en: 'The outputs are as recorded.' },
  onlyAws: { ja: 'AWS のみ: {why}', en: 'On AWS only: {why}' },
  notExecuted: { ja: 'CI はまだ実行していません。', en: 'CI has not executed it yet.' },
  covered: {
    ja: '{all} 項目のうち、CI が実行したもの {executed}、AWS でしか確かめられないもの {onlyAws}',
    en: '{executed} of {all} claims are executed by CI; {onlyAws} can be seen on AWS only',
  },
  programColumns: { ja: 'Kubernetes|platform|target|size', en: 'Kubernetes|platform|target|size' },
  notThere: { ja: '（まだない）', en: '(not there yet)' },
  builtHere: { ja: '（ビルドした）', en: '(built)' },
  fromPack: { ja: '（{from} から）', en: '(from {from})' },
  programsTotal: { ja: '合計 {size}、{folder}', en: '{size} in all, in {folder}' },
  programsThere: { ja: 'プログラムはそろっています: {folder}', en: 'The programs are all there, in {folder}.' },
  packed: {
    ja: 'パックができました: {folder}\n使うには、このフォルダーかそのアドレスを LABS_PROGRAMS に指定します。中身を固定するには、後ろに次を付けます: #sha256={digest}',
    en: 'The pack is in {folder}.\nTo use it, set LABS_PROGRAMS to this folder or its address. To pin what is in it, append: #sha256={digest}',
  },
  freed: { ja: '{size} を空けました（{folder}）。', en: '{size} freed in {folder}.' },
  interrupted: {
    ja: '中断しました。作りかけのものは片付けました。',
    en: 'Interrupted. What was half done has been removed.',
  },
  cleaningUp: {
    ja: '中断しています。後始末が終わるまでお待ちください。',
    en: 'Interrupting: please wait until things are left in order.',
  },
  translate_decide: { ja: '決めること', en: 'To decide' },
  translate_elsewhere: { ja: 'ほかの場所ですること', en: 'To do elsewhere' },
  translate_nothing: { ja: '何もしなくてよいこと', en: 'Nothing to do' },
  translate_exact: { ja: '同じ', en: 'exact' },
  translate_approximate: { ja: '近い', en: 'approximate' },
  translate_none: { ja: '対応なし', en: 'no counterpart' },
  translate_input: { ja: '情報が必要', en: 'needs input' },
  translated: {
    ja: '{all} 件: 同じ {exact}、近い {approximate}、対応なし {none}、情報が必要 {input}',
    en: '{all} findings: {exact} exact, {approximate} approximate, {none} without a counterpart, {input} that need input',
  },
  translatePlaceholders: {
    ja: 'テンプレートだけでは分からない値です。実際の値に置き換えてください: {placeholders}',
    en: 'Values that the template alone does not say. Replace them: {placeholders}',
  },
  proved: {
    ja: 'Kubernetes {kubernetes}: {all} 個の Pod のうち {up} 個が起動しました。',
    en: 'Kubernetes {kubernetes}: {up} of {all} pods came up.',
  },
  provedHow: {
    ja: 'API サーバー、コントローラー、スケジューラーは本物です。ノードは模擬なので、イメージは取得されず、コンテナもプローブも動いていません。',
    en: 'The API server, the controllers and the scheduler are real. The nodes are simulated: no image was pulled, and no container or probe ran.',
  },
  notProved: {
    ja: '試していないもの（オペレーターやコントローラーが必要）: {kinds}',
    en: 'Not tried, because an operator or a controller has to be installed: {kinds}',
  },
} as const satisfies Record<string, Text>;

/** Name of a message. */
export type MessageName = keyof typeof messages;
