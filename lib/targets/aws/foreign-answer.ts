/** What the check looks at in an answer over HTTP. */
interface Answer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is a page for people, from something between this machine and AWS. */
export class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';
  /** The SDK repeats calls by the status: a load balancer of AWS, too, says with a page that it is overloaded. */
  readonly $metadata: { readonly httpStatusCode: number | undefined };
  /** Who answered, as far as the answer says it. */
  readonly answerer: string | undefined;

  constructor(host: string, { statusCode, headers = {} }: Answer) {
    const answerer = headers['server'] ?? headers['via'] ?? headers['proxy-agent'];
    super(`${host} answered with a web page, status ${String(statusCode)}`);
    this.$metadata = { httpStatusCode: statusCode };
    this.answerer = answerer;
  }
}

/** Refuses pages: every service that the labs call answers in JSON or XML, and a page fails at its first letter. */
export const refusePages =
  <Args extends { readonly request: unknown }, Result extends { readonly response: unknown }>(
    send: (args: Args) => Promise<Result>,
  ) =>
  async (args: Args): Promise<Result> => {
    const result = await send(args);
    const answer = result.response as Answer;
    const type = Object.entries(answer.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    const { hostname = 'AWS' } = args.request as { readonly hostname?: string };
    if (type !== undefined && /text\/html/i.test(type)) throw new ForeignAnswerError(hostname, answer);
    return result;
  };
