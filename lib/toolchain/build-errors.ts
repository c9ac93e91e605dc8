import type { Text } from '../core/text.ts';
import { errorLines } from './go-errors.ts';
import { packOfAnotherMachine, reachableProxy } from './remedies.ts';
import { isForTargetLocal, programNames, type ToolModule } from './tool-modules.ts';

/** What a first build needs on the disk, in bytes: Go's module cache 1.5 GB, its build cache 4.9 GB, the programs 0.6 GB. */
export const neededSpace = 7e9;

/**
 * What Go downloads of sources for one Kubernetes version, in bytes, when it has none of them: the zips of all modules that
 * `go list -deps` names (December 2026).
 */
const sourceDownload = { local: 1.5e8, linux: 2.6e8 };

/**
 * Says in a sentence why a build failed.
 *
 * @param output what Go printed
 * @param cache folder of all programs
 */
export function buildFailure(output: string, module: ToolModule, cache: string): Text {
  const lines = errorLines(output) || output.trim();
  const { ja, en } = sentence(output, module, cache);
  return { ja: `${ja}\n${lines}`, en: `${en}\n${lines}` };
}

function sentence(output: string, module: ToolModule, cache: string): Text {
  if (/no space left on device|disk quota exceeded/i.test(output)) {
    return {
      ja: `ディスクがいっぱいです。ローカルのコントロールプレーンのビルドには、最大で ${neededSpace / 1e9} GB が必要です。空きを作って、もう一度実行してください。`,
      en: `The disk is full: building the local control plane takes up to ${neededSpace / 1e9} GB. Free some space and run the command again.`,
    };
  }
  if (networkFailure.test(output)) return sourcesMissing(module, cache);
  return { ja: 'Go がプログラムをビルドできませんでした。Go の出力:', en: 'Go could not build the programs:' };
}

/** What Go prints when it reaches no module proxy, or is told to ask none. */
const networkFailure =
  /dial tcp|no such host|i\/o timeout|handshake timeout|deadline exceeded|proxyconnect|connection (?:refused|reset)|network is unreachable|x509: |\bGOPROXY=off\b|: [45]\d\d [A-Z]/i;

function sourcesMissing(module: ToolModule, cache: string): Text {
  const names = programNames(module);
  const isLocal = isForTargetLocal(module);
  const megabytes = sourceDownload[isLocal ? 'local' : 'linux'] / 1e6;
  const another = isLocal ? packOfAnotherMachine : cacheOfAnotherMachine(cache);
  const scope = isLocal
    ? { ja: 'ターゲット local', en: 'target local' }
    : { ja: 'ターゲット linux', en: 'target linux' };
  return {
    ja: `${names} のソースがこのマシンになく、Go がダウンロードできませんでした（${scope.ja} のプログラム全部のソースで約 ${megabytes} MB）。ネットワークを確かめ、次のどれかで、もう一度実行してください。${reachableProxy.ja}。${another.ja}。`,
    en: `The sources of ${names} are not on this machine, and Go could not download them (about ${megabytes} MB for all programs of ${scope.en}). Check the network, do one of these, and run the command again: ${reachableProxy.en}; or ${another.en}.`,
  };
}

/** Packs have no programs of nodes; the cache of a machine of the same kind has. */
const cacheOfAnotherMachine = (cache: string): Text => ({
  ja: `OS と CPU が同じほかのマシンで「npx labs programs fetch --on linux」を実行し、そのキャッシュのフォルダーを ${cache} にコピーする`,
  en: `run 'npx labs programs fetch --on linux' on another machine with the same operating system and processor, and copy its cache folder to ${cache}`,
});
