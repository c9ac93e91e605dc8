import { Help, type Command } from 'commander';
import { languages, type Language, type Text } from '../lib/core/text.ts';
import { languageOfLocale } from './output.ts';

/** What the command's help says of each command and option, and of the command itself. */
export const helpTexts = {
  labs: {
    ja: 'AWS ECS を運用する人のための、実行できる Kubernetes クラスターアーキテクチャーの教科書。',
    en: 'An executable textbook of Kubernetes cluster architecture for people who run AWS ECS.',
  },
  lang: {
    ja: '表示する言語。指定しなければロケールに従う',
    en: 'language of what is printed; otherwise that of your locale',
  },
  help: { ja: '使い方を表示する', en: 'display help for command' },
  list: {
    ja: 'ラボと課題の一覧、起動しているもの、どこまで進んだか',
    en: 'list the labs, their tasks, which labs are up, and how far you have come',
  },
  up: {
    ja: 'ラボを起動する。環境がすでに動いていれば加わる。なくなったラボのオブジェクトを戻す',
    en: 'bring a lab up; joins its environment if that runs already; brings back what the lab has lost',
  },
  yes: {
    ja: 'AWS で動いている環境の設定を変えるとき、尋ねない',
    en: 'on AWS, change the settings of an environment that stands without asking',
  },
  env: {
    ja: '起動しているラボにつなぐための export を出力する: eval "$(npx labs env LAB)"',
    en: 'print what to export to reach a lab that is up: eval "$(npx labs env LAB)"',
  },
  guide: {
    ja: 'ラボの次の課題、または指定した課題を読む',
    en: 'read the next task of a lab, or the one that is named',
  },
  check: { ja: 'できたことを確かめる', en: 'check what is done' },
  answer: { ja: '課題の問いに答える', en: 'answer the question of a task' },
  reset: {
    ja: 'ラボのオブジェクトとノードを最初の状態に戻す',
    en: "put a lab's own objects and the nodes back to the beginning",
  },
  break: {
    ja: '障害をひとつ入れる。探して直すためのもの。FAULT を省くと、まだ直していないもの',
    en: 'put a fault into a lab, to be found and healed; without FAULT, the next one',
  },
  mend: {
    ja: '障害やその修理で何があっても、ラボを作ったときの状態に戻す。進み具合は残る',
    en: 'put a lab back as it was made, whatever a fault or its repair did to it; progress stays',
  },
  node: {
    ja: '起動している環境のノードで、root としてコマンドを実行する: labs node NAME -- COMMAND。NAME を省くとノードの一覧',
    en: 'run a command as root on a node of the environment that is up: labs node NAME -- COMMAND; without NAME, list the nodes',
  },
  rehearse: {
    ja: '新しい環境でガイドを実行し、出力をガイドと比べる',
    en: 'play the guide in a fresh environment and compare what it prints with what it shows',
  },
  down: {
    ja: 'ラボを片付ける。最後のラボなら環境も終わる',
    en: "remove a lab; the last lab's end is the end of its environment",
  },
  coverage: {
    ja: '章の項目と、それを確かめる課題、CI が実行した場所の一覧',
    en: 'list what the chapter claims, the tasks that make each claim real, and where CI executed them',
  },
  translate: {
    ja: 'ECS のタスク定義（とサービス）を Kubernetes のオブジェクトに変換し、異なる点とすべきことを示す',
    en: 'translate a task definition of ECS, and its service, to Kubernetes objects; say what differs and what is left to do',
  },
  start: {
    ja: '最初のラボを起動し、最初の課題を実行して、次にすることを表示する',
    en: 'bring up the first lab, play its first task, and say what to do next',
  },
  programs: {
    ja: 'ラボが動かすプログラムの一覧、取得、パック、片付け',
    en: 'list, fetch, pack and clean the programs that labs run',
  },
  programsList: {
    ja: 'どのプログラムがあるか。バージョン、プラットフォーム、大きさ、どこから来たか',
    en: 'list which programs are there: for which version and platform, how large, from where',
  },
  programsFetch: {
    ja: 'ラボに必要なプログラム（linux ではイメージも）を前もって用意する: LABS_PROGRAMS のパックから取得し、なければビルドする',
    en: 'get the programs that labs need (on linux, images too) ahead of time: from the packs of LABS_PROGRAMS, or else built',
  },
  programsPack: {
    ja: 'プログラムをフォルダーにまとめる。ほかのマシンの LABS_PROGRAMS に、そのフォルダーかアドレスを指定する',
    en: 'write programs into a folder, which LABS_PROGRAMS of other machines then names by path or address',
  },
  programsClean: {
    ja: 'このリポジトリの今の版が使わないプログラムをキャッシュから削除する',
    en: 'remove programs from the cache that this release does not use',
  },
  kubernetes: {
    ja: 'Kubernetes のバージョン（コンマ区切り）。省けば、対応するものすべて',
    en: 'Kubernetes versions, with commas; all supported ones if not given',
  },
  fetchOn: { ja: 'どのターゲットのためか: local、linux', en: 'for which target: local or linux' },
  packOutput: { ja: 'パックのフォルダー', en: 'the folder of the pack' },
  platform: {
    ja: 'linux-x64、linux-arm64、darwin-x64、darwin-arm64（コンマ区切り）。省けば、このマシンのもの',
    en: "linux-x64, linux-arm64, darwin-x64, darwin-arm64, with commas; this machine's if not given",
  },
  cleanAll: { ja: 'キャッシュのすべてを削除する', en: 'remove all of the cache' },
  context: { ja: '設定。何度でも指定できる', en: 'a setting; may be repeated' },
  on: { ja: '環境を動かす場所: local、linux、aws', en: 'where the environment runs: local, linux or aws' },
  where: {
    ja: 'ラボの場所（複数で起動しているとき）: local、linux、aws',
    en: 'where the lab is up, if it is up on several: local, linux or aws',
  },
  json: { ja: 'JSON を出力する', en: 'print JSON' },
  port: {
    ja: '127.0.0.1 での API サーバーのポート。省けば空いているもの',
    en: 'port of the API server on 127.0.0.1; a free one if not given',
  },
  all: { ja: 'ガイド全体を読む', en: 'read the whole guide' },
  faults: {
    ja: 'ラボの障害の一覧と、そのうち直したもの',
    en: "list the lab's faults, and which of them you have healed",
  },
  lab: {
    ja: '環境が複数あるとき、どのラボの環境か',
    en: 'the lab whose environment is meant, if several are up',
  },
  kill: {
    ja: '停電のように、ノードをすぐに止める（linux）',
    en: 'end the node at once, as a power failure would (linux)',
  },
  powerOn: { ja: '止めたノードを起動する（linux）', en: 'start a node that was ended (linux)' },
  record: {
    ja: '比べる代わりに、出力をラボのガイドに書き込む',
    en: "write the outputs into the lab's guides instead of comparing them",
  },
  recording: {
    ja: '起きたこと（オブジェクト、書き込みと書いた者、コマンド、チェック）を、このファイルに記録する',
    en: 'record what happens into this file: objects, writes and who made them, commands, checks',
  },
  fromAws: {
    ja: 'タスク定義を自分の認証情報で AWS から読む: FAMILY または FAMILY:REVISION',
    en: 'read the task definition from AWS, with your own credentials: FAMILY or FAMILY:REVISION',
  },
  ecsCluster: { ja: 'サービスの ECS クラスター（--from-aws）', en: 'the ECS cluster of the service, for --from-aws' },
  ecsService: {
    ja: 'サービス。--from-aws では AWS から読み、ファイルではその中から選ぶ',
    en: 'the service: read from AWS with --from-aws, or chosen among those in the files',
  },
  ecsTaskDefinition: {
    ja: 'テンプレートに複数あるとき、どのタスク定義か（論理 ID かファミリー）',
    en: 'which task definition, by logical ID or family, if a template has several',
  },
  schedule: {
    ja: 'スケジュールで動くタスクを CronJob にする: "cron(0 3 * * ? *)"、"rate(1 hour)"',
    en: 'make a CronJob of a task that runs on a schedule: "cron(0 3 * * ? *)", "rate(1 hour)"',
  },
  timeZone: { ja: 'スケジュールのタイムゾーン。省けば UTC', en: 'time zone of the schedule; UTC if not given' },
  once: { ja: '1 回だけ動くタスク（RunTask）を Job にする', en: 'make a Job of a task that runs once (RunTask)' },
  format: { ja: '出力の形式: yaml、cdk8s', en: 'format of the output: yaml or cdk8s' },
  output: {
    ja: 'ファイルを書き込むフォルダー。省けば標準出力',
    en: 'the folder to write files to; standard output if not given',
  },
  translateJson: { ja: 'オブジェクトと結果を JSON で出力する', en: 'print objects and findings as JSON' },
  translateKubernetes: {
    ja: 'この Kubernetes のバージョンのためだけに書く。省けば、対応するすべてが受け付けるものだけ',
    en: 'write for this Kubernetes version only; if not given, only what all supported ones accept',
  },
  strict: {
    ja: '失われるもの、尋ねるものがあれば、終了コード 1 にする',
    en: 'exit with 1 when something would be lost, or has to be asked',
  },
  prove: {
    ja: 'ローカルのコントロールプレーンで dry-run とロールアウトを行い、何が起動したかを示す',
    en: 'dry-run and roll out on a local control plane, and say what came up',
  },
  examples: {
    ja: `
例:
  $ npx labs up eks-ec2                 このマシンでラボを起動する
  $ eval "$(npx labs env eks-ec2)"      この端末をつなぐ（kubectl と、npx なしの labs）
  $ npx labs guide eks-ec2              次の課題を読む
  $ npx labs check eks-ec2              できたか確かめる
  $ npx labs down eks-ec2               すべて片付ける
  $ npx labs up eks-ec2 --on aws        AWS で起動する（有料。料金を示してからデプロイする）

終了コード: 0 完了、1 チェック・回答・リハーサルの不合格、2 使い方の誤り、3 周囲の問題、130 中断`,
    en: `
Examples:
  $ npx labs up eks-ec2                 bring the lab up on this machine
  $ eval "$(npx labs env eks-ec2)"      point this terminal at it: kubectl, and labs without npx
  $ npx labs guide eks-ec2              read the next task
  $ npx labs check eks-ec2              see what is done
  $ npx labs down eks-ec2               remove everything
  $ npx labs up eks-ec2 --on aws        bring it up on AWS, which costs money: says the price, then deploys

Exit codes: 0 done, 1 a check, answer or rehearsal failed, 2 wrong use, 3 the machine, network or cluster failed, 130 interrupted.`,
  },
} as const satisfies Record<string, Text>;

/** Name of one of {@link helpTexts}. */
export type HelpText = keyof typeof helpTexts;

/** The titles of commander's help in Japanese. */
const titles: Readonly<Record<string, string>> = {
  'Usage:': '使い方:',
  'Arguments:': '引数:',
  'Options:': 'オプション:',
  'Commands:': 'コマンド:',
};

/** What commander says of wrong use, in Japanese; `$1` is what it quotes. */
const mistakes: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown command '(.+)'/, '「$1」というコマンドはありません。'],
  [/^error: unknown option '(.+)'/, '「$1」というオプションはありません。'],
  [/^error: required option '(.+)' not specified/, '必須のオプション $1 がありません。'],
  [/^error: missing required argument '(.+)'/, '引数 $1 がありません。'],
  [/^error: too many arguments.*/, '引数が多すぎます。'],
  [/^error: option '(.+)' argument missing/, 'オプション $1 の値がありません。'],
  [
    /^error: option '(.+?)' argument '(.+)' is invalid\. Allowed choices are (.+)\./,
    'オプション $1 に「$2」は指定できません。指定できるもの: $3',
  ],
  [/\(Did you mean (.+)\?\)/, '「$1」のことですか。'],
];

/** Lets a program's help and its complaints speak a language. */
export function speak(program: Command, language: Language): void {
  program.helpOption('-h, --help', helpTexts.help[language]).helpCommand('help [command]', helpTexts.help[language]);
  if (language === 'en') return;
  program.configureHelp({ styleTitle: (title) => titles[title] ?? new Help().styleTitle(title) });
  program.configureOutput({
    outputError: (message, write) =>
      write(mistakes.reduce((said, [pattern, japanese]) => said.replace(pattern, japanese), message)),
  });
}

/** The language that help is asked for in: before it is parsed, what follows `--lang`, or else the locale's. */
export function languageOfArguments(argv: readonly string[]): Language {
  const given = argv.flatMap((word, index) =>
    word === '--lang' ? [argv[index + 1]] : word.startsWith('--lang=') ? [word.slice('--lang='.length)] : [],
  );
  return languages.find((language) => language === given.at(-1)) ?? languageOfLocale();
}
