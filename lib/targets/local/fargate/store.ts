import type { KubernetesObject } from '@kubernetes/client-node';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { ask, isSuccess, type ApiConnection } from '../api-client.ts';

/** How long a watch may last before it is restarted, in seconds. */
const watchTime = 240;

/** What a list holds, kept up to date. */
export class Store<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  readonly #url: string;
  #isComplete = false;

  /** @param url path of a list in the API, with its selectors */
  constructor(url: string) {
    this.#url = url;
  }

  /** All objects. */
  get all(): readonly T[] {
    return [...this.#objects.values()];
  }

  /** Whether the list has been read once. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether an object of that UID is there. */
  hasUid(uid: string): boolean {
    return this.#objects.has(uid);
  }

  /** Puts an object in, or its newer state. */
  put(object: T): void {
    this.#objects.set(object.metadata?.uid ?? '', object);
  }

  /** Takes an object out. */
  remove(object: T): void {
    this.#objects.delete(object.metadata?.uid ?? '');
  }

  /**
   * Reads the list, then follows its changes until the connection ends, or is to end.
   *
   * @param onChange called after the list has been read, and after each change
   */
  async follow(connection: ApiConnection, signal: AbortSignal, onChange: () => void): Promise<void> {
    const answer = await ask(connection, { method: 'GET', url: this.#url });
    if (answer === undefined || !isSuccess(answer) || signal.aborted) return;
    const list = JSON.parse(answer.body) as { items: T[]; metadata: { resourceVersion: string } };
    this.#objects.clear();
    list.items.forEach((object) => this.put(object));
    this.#isComplete = true;
    onChange();
    const parameters = `watch=true&resourceVersion=${list.metadata.resourceVersion}&timeoutSeconds=${watchTime}`;
    const url = `${this.#url}${this.#url.includes('?') ? '&' : '?'}${parameters}`;
    await readLines(connection, url, signal, (line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: T };
      // What was remembered is too old to go on from: the list is read again.
      if (type === 'ERROR') return false;
      if (type === 'DELETED') this.remove(object);
      else this.put(object);
      onChange();
      return true;
    });
  }
}

/** Reads an answer that goes on and on, line by line, until it ends, is to end, or a line asks to. */
function readLines(
  { server, ca, cert, key }: ApiConnection,
  url: string,
  signal: AbortSignal,
  onLine: (line: string) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const request = https.get(`${server}${url}`, { ca, cert, key, agent: false, signal }, (response) => {
      response.on('error', () => resolve());
      createInterface({ input: response })
        .on('line', (line) => {
          if (line !== '' && !signal.aborted && !onLine(line)) request.destroy();
        })
        // It passes on what befalls the answer.
        .on('error', () => resolve())
        .on('close', resolve);
    });
    request.on('error', () => resolve());
    request.on('close', () => resolve());
  });
}
