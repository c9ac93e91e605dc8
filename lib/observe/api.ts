import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';

/** How long the API server may say nothing, in milliseconds. It ends each watch after a minute. */
const silence = 75_000;

/** Who the requests say they are of: such an actor is the labs command. */
const userAgent = 'labs';

/** An answer other than 200. */
export class ApiError extends Error {
  readonly status: number;

  constructor(url: string, status: number) {
    super(`${url}: ${status}`);
    this.status = status;
  }
}

/** Reads from the API of a kubeconfig's current context. Every answer is a stream: long lists are never whole in memory. */
export class Api {
  readonly #config: KubeConfig;

  constructor(kubeconfigFile: string) {
    this.#config = new KubeConfig();
    this.#config.loadFromFile(kubeconfigFile);
  }

  /** Reads a JSON document. */
  async get(url: string, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#open(url, signal);
    answer.setEncoding('utf8');
    let text = '';
    for await (const chunk of answer) text += chunk as string;
    return JSON.parse(text) as unknown;
  }

  /** Reads a document that comes line by line, as it comes. */
  async *lines(url: string, signal: AbortSignal): AsyncGenerator {
    const answer = await this.#open(url, signal);
    try {
      for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) {
        if (line !== '') yield JSON.parse(line) as unknown;
      }
      // readline takes a connection that was cut for the end of the document.
      if (!answer.complete) throw new Error(`${url}: the connection was cut`);
    } finally {
      answer.destroy();
    }
  }

  async #open(url: string, signal: AbortSignal): Promise<IncomingMessage> {
    const server = this.#config.getCurrentCluster()?.server ?? '';
    const options: https.RequestOptions = { headers: { 'user-agent': userAgent }, agent: false };
    // Certificates, or a token that a program gives, for example that of the AWS CLI.
    await this.#config.applyToHTTPSOptions(options);
    signal.throwIfAborted();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = https.request(`${server}${url}`, { ...options, signal, timeout: silence }, resolve);
      request.on('timeout', () => request.destroy(new Error(`${url}: no answer for ${silence / 1000} s`)));
      request.on('error', reject);
      request.end();
    });
    if (answer.statusCode === 200) return answer;
    answer.destroy();
    throw new ApiError(url, answer.statusCode ?? 0);
  }
}
