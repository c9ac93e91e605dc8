import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

/** A company's network: a proxy by which AWS is reached, with a certificate of the company's own authority. */
export class CompanyNetwork {
  /** What the proxy was asked to connect to. */
  readonly connects: string[] = [];
  /** What AWS was asked, as host and body. */
  readonly asked: string[] = [];
  /** What the proxy answers. @default 200, a connection */
  refuse: string | undefined;
  /** How AWS answers. @default as STS does */
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void = answerAsSts;
  readonly #folder: string;
  readonly #servers: Server[] = [];
  #awsPort = 0;
  #proxyPort = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<CompanyNetwork> {
    const network = new CompanyNetwork(await temporaryFolder('company'));
    await network.#start();
    return network;
  }

  /** A file of this network. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  /** The certificate of its authority. */
  get authority(): string {
    return this.file('ca.pem');
  }

  /** Where AWS itself listens. */
  get endpoint(): string {
    return `https://127.0.0.1:${this.#awsPort}`;
  }

  get proxy(): string {
    return `http://127.0.0.1:${this.#proxyPort}`;
  }

  async remove(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await removeFolder(this.#folder);
  }

  async #start(): Promise<void> {
    const openssl = (...args: string[]) => execa('openssl', args, { cwd: this.#folder });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Company');
    await openssl('req', ...key, '-keyout', 'aws.key', '-out', 'aws.csr', '-subj', '/CN=amazonaws.com');
    await writeFile(
      this.file('names'),
      'subjectAltName=DNS:checkip.amazonaws.com,DNS:sts.ap-northeast-1.amazonaws.com,DNS:sts.us-east-1.amazonaws.com,IP:127.0.0.1\n',
    );
    await openssl(
      ...['x509', '-req', '-in', 'aws.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'names', '-out', 'aws.pem'],
    );
    const tls = { key: await readFile(this.file('aws.key')), cert: await readFile(this.file('aws.pem')) };
    const aws = createTlsServer(tls, (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (data: string) => (body += data));
      request.on('end', () => {
        this.asked.push(`${request.headers.host ?? ''} ${body}`);
        this.answer(request, response, body);
      });
    });
    this.#awsPort = await this.#listen(aws);
    const proxy = createHttpServer();
    proxy.on('connect', (request: IncomingMessage, client) => {
      this.connects.push(request.url ?? '');
      client.on('error', () => undefined);
      if (this.refuse !== undefined) {
        client.end(`HTTP/1.1 ${this.refuse}\r\n\r\n`);
        return;
      }
      const server = connect(this.#awsPort, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      server.on('error', () => client.destroy());
    });
    this.#proxyPort = await this.#listen(proxy);
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  }
}

function answerAsSts(_: IncomingMessage, response: ServerResponse, body: string): void {
  const operation = /Action=(\w+)/.exec(body)?.[1] ?? '';
  const results: Readonly<Record<string, string>> = {
    GetCallerIdentity: '<Account>111122223333</Account>',
    AssumeRole:
      '<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>' +
      '<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>',
  };
  response.setHeader('Content-Type', 'text/xml');
  response.end(
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${results[operation] ?? ''}` +
      `</${operation}Result></${operation}Response>`,
  );
}
