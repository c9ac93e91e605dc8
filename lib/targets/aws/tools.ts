import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { releaseOf, type KubernetesVersionName } from '../../catalog/versions.ts';
import { buildFolder } from '../../toolchain/build.ts';
import { toolModules } from '../../toolchain/tool-modules.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** The programs of this machine that a lab on AWS needs. */
export interface Tools {
  /**
   * A kubectl that fits a Kubernetes version, as a file.
   *
   * @throws ExternalError when there is none
   */
  kubectl(version: KubernetesVersionName): Promise<string>;

  /**
   * Makes sure of the AWS CLI, by which kubectl and the checks reach a cluster.
   *
   * @throws ExternalError when there is none, or one that is too old
   */
  awsCli(): Promise<void>;

  /**
   * Makes sure of the AWS CLI's plugin for sessions.
   *
   * @throws ExternalError when there is none, or one that is too old
   */
  sessionPlugin(): Promise<void>;
}

/** How many minor versions kubectl may differ from the API server (Kubernetes, "Version Skew Policy"). */
const skew = 1;

const installKubectl = (version: KubernetesVersionName): Text => ({
  ja: `kubectl ${version} をインストールするか（https://kubernetes.io/ja/docs/tasks/tools/）、このマシンでラボを一度起動して（${labsCommand('up', 'LAB', 'local')}）ビルドしてください。`,
  en: `Install kubectl ${version} (https://kubernetes.io/docs/tasks/tools), or bring a lab up on this machine once (${labsCommand('up', 'LAB', 'local')}), which builds one.`,
});

/**
 * The programs that the labs built for the local control plane, and those on PATH.
 *
 * @param cache folder of what the labs built
 */
export const machineTools = (cache: string): Tools => ({
  async kubectl(version) {
    const built = await builtKubectl(version, cache);
    if (built !== undefined) return built;
    const found = await programOnPath('kubectl', ['version', '--client', '--output=json']);
    const install = installKubectl(version);
    if (found === undefined)
      throw new ExternalError({
        ja: `kubectl がビルドされておらず、PATH にもありません。${install.ja}`,
        en: `kubectl is neither built nor on PATH. ${install.en}`,
      });
    const given = /"gitVersion":\s*"v(\d+)\.(\d+)/.exec(found.output);
    const minor = Number(given?.[2]);
    const [wantedMajor, wantedMinor] = version.split('.').map(Number);
    if (Number(given?.[1]) === wantedMajor && Math.abs(minor - wantedMinor!) <= skew) return found.file;
    throw new ExternalError({
      ja:
        `PATH にある kubectl（${found.file}）は${given === null ? 'バージョンがわかりません' : `バージョン ${given[1]}.${given[2]} です`}。` +
        `Kubernetes ${version} で使えるのは、マイナーバージョンの差が 1 以内のものです。${install.ja}`,
      en:
        `The kubectl on PATH (${found.file}) is ${given === null ? 'of an unknown version' : `version ${given[1]}.${given[2]}`}, ` +
        `and Kubernetes ${version} takes one that differs by one minor version at most. ${install.en}`,
    });
  },

  async awsCli() {
    const found = await programOnPath('aws', ['--version']);
    const install: Text = {
      ja: 'バージョン 2 をインストールしてください（https://docs.aws.amazon.com/ja_jp/cli/latest/userguide/getting-started-install.html）。',
      en: 'Install version 2 (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html).',
    };
    if (found === undefined)
      throw new ExternalError({
        ja: `kubectl がクラスターへの接続に使う AWS CLI が、PATH にありません。${install.ja}`,
        en: `The AWS CLI is not on PATH, and kubectl reaches the cluster by it. ${install.en}`,
      });
    const [, major, minor] = /aws-cli\/(\d+)\.(\d+)/.exec(found.output) ?? [];
    if (major === '2') return;
    const version = major === undefined ? '?' : `${major}.${minor}`;
    throw new ExternalError({
      ja: `PATH にある AWS CLI（${found.file}）のバージョンは ${version} ですが、必要なのはバージョン 2 です。${install.ja}`,
      en: `The AWS CLI on PATH (${found.file}) is version ${version}, and version 2 is needed. ${install.en}`,
    });
  },

  async sessionPlugin() {
    const found = await programOnPath('session-manager-plugin', ['--version']);
    const install: Text = {
      ja: 'インストールしてください（https://docs.aws.amazon.com/ja_jp/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html）。',
      en: 'Install it (https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html).',
    };
    if (found === undefined)
      throw new ExternalError({
        ja: `AWS CLI の Session Manager プラグイン（session-manager-plugin）が PATH にありません。クラスターには、ノードとのセッションを通して接続します。${install.ja}`,
        en: `The Session Manager plugin of the AWS CLI (session-manager-plugin) is not on PATH, and the cluster is reached through a session with one of its nodes. ${install.en}`,
      });
    const version = /^(\d+)\.(\d+)\.(\d+)/.exec(found.output.trim())?.slice(1).map(Number);
    if (version !== undefined && isAtLeast(version, oldestPlugin)) return;
    const given = version?.join('.') ?? '?';
    const oldest = oldestPlugin.join('.');
    throw new ExternalError({
      ja: `PATH にある Session Manager プラグイン（${found.file}）のバージョンは ${given} ですが、${oldest} 以降が必要です。${install.ja}`,
      en: `The Session Manager plugin on PATH (${found.file}) is version ${given}, and ${oldest} or a newer one is needed. ${install.en}`,
    });
  },
});

/**
 * The oldest plugin that gets the session's token through its environment: an older one is given it in its arguments,
 * which every user of this machine may read (AWS CLI, customizations/sessionmanager.py, read November 2026).
 */
const oldestPlugin = [1, 2, 498] as const;

function isAtLeast(version: readonly number[], oldest: readonly number[]): boolean {
  const differing = oldest.findIndex((number, index) => version[index] !== number);
  return differing === -1 || version[differing]! > oldest[differing]!;
}

/** The kubectl that was built with the local control plane of that version. */
async function builtKubectl(version: KubernetesVersionName, cache: string): Promise<string | undefined> {
  const module = toolModules(version).find(({ folder }) => folder === releaseOf(version).tools);
  if (module === undefined) return undefined;
  const file = path.join(await buildFolder(module, cache), 'kubectl');
  return existsSync(file) ? file : undefined;
}

/** The first program of that name on PATH, by its file, and what it prints. */
async function programOnPath(
  name: string,
  args: readonly string[],
): Promise<{ readonly file: string; readonly output: string } | undefined> {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const folder of folders) {
    const file = path.join(folder, name);
    if (!existsSync(file)) continue;
    const result = await execa(file, args, {
      ...environmentOf('aws', { KUBERC: 'off' }),
      reject: false,
      stdin: 'ignore',
      timeout: 20_000,
    });
    if (!result.failed) return { file, output: result.stdout };
  }
  return undefined;
}
