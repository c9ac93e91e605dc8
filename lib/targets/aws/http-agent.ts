import { readFileSync } from 'node:fs';
import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { HttpsProxyAgent } from 'hpagent';
import { getProxyForUrl } from 'proxy-from-env';
import { ExternalError } from '../../core/errors.ts';

/** What is called when a connection is open, or could not be opened. */
type Opened = (error: Error | null, socket: Duplex) => void;

/**
 * Opens the connections of our own calls of AWS: through the proxy that the environment names for a host (`HTTPS_PROXY`,
 * `NO_PROXY`, …), trusting the authorities that it names. The SDK does neither by itself (AWS SDK for JavaScript v3,
 * "Configuring proxies for node", November 2026).
 */
export class EnvironmentAgent extends Agent {
  readonly #options: AgentOptions;
  readonly #proxies = new Map<string, Agent>();

  constructor(options: AgentOptions = { keepAlive: true, ...trusted() }) {
    super(options);
    this.#options = options;
  }

  override createConnection(options: RequestOptions, opened: Opened = () => undefined) {
    const proxy = getProxyForUrl(`https://${options.host ?? ''}:${options.port ?? 443}`);
    if (proxy === '') return super.createConnection(options, opened);
    return this.#proxy(proxy).createConnection(options, (error, socket) =>
      opened(error === null ? null : proxyFailure(proxy, error), socket),
    );
  }

  #proxy(url: string): Agent {
    const made = this.#proxies.get(url);
    if (made !== undefined) return made;
    const { ca } = this.#options;
    const proxyRequestOptions = ca === undefined ? {} : { ca: ca as string[] };
    const agent = new HttpsProxyAgent({ ...this.#options, proxy: url, proxyRequestOptions });
    this.#proxies.set(url, agent);
    return agent;
  }
}

/**
 * The authorities that are trusted. Node.js adds those of NODE_EXTRA_CA_CERTS to its own unless it is given a list; the
 * AWS CLI and the CDK have AWS_CA_BUNDLE besides.
 *
 * @throws ExternalError when a file can't be read
 */
export function trusted(env: NodeJS.ProcessEnv = process.env): Pick<AgentOptions, 'ca'> {
  if ((env.AWS_CA_BUNDLE ?? '') === '') return {};
  const files = (['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const).flatMap((name) => {
    const file = env[name] ?? '';
    if (file === '') return [];
    try {
      return [readFileSync(file, 'utf8')];
    } catch (error) {
      throw new ExternalError({
        ja: `${name} が指すファイル ${file} を読めません（${(error as Error).message}）。認証局の証明書（PEM）のファイルを指定するか、変数を消してください: unset ${name}`,
        en: `${name} names ${file}, which can't be read (${(error as Error).message}). Name a file with certificates of authorities (PEM), or remove the variable: unset ${name}`,
      });
    }
  });
  return { ca: [...rootCertificates, ...files] };
}

/** Says that it is the proxy that failed, and which: its URL without user and password. */
function proxyFailure(proxy: string, error: Error): ExternalError {
  const { protocol, host } = new URL(proxy);
  const address = `${protocol}//${host}`;
  if (/\b407\b/.test(error.message))
    return new ExternalError({
      ja: `プロキシー ${address} がユーザー名とパスワードを求めています。HTTPS_PROXY に書いてください: export HTTPS_PROXY=${protocol}//USER:PASSWORD@${host}`,
      en: `The proxy ${address} asks for a user and password. Write them into HTTPS_PROXY: export HTTPS_PROXY=${protocol}//USER:PASSWORD@${host}`,
    });
  return new ExternalError({
    ja: `プロキシー ${address} を通して AWS に接続できません（${error.message}）。HTTPS_PROXY を確かめ、プロキシーを通さないホストは NO_PROXY に書いてください。`,
    en: `The proxy ${address} gives no connection to AWS (${error.message}). Check HTTPS_PROXY, and name hosts that are reached without it in NO_PROXY.`,
  });
}
