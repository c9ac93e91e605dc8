import { readFile } from 'node:fs/promises';
import https from 'node:https';
import type { LinuxNode } from './node.ts';

/** Port at which etcd answers its clients. */
const port = 2379;

/** How long a member may take to answer, in milliseconds. */
const patience = 800;

/** Where kubeadm keeps the keys of etcd. */
const keys = '/etc/kubernetes/pki/etcd';

/** Tells which control plane's member of etcd leads. It is asked again and again, so connections stay open. */
export class EtcdLeader {
  readonly #controlPlanes: readonly LinuxNode[];
  readonly #agents = new Map<string, https.Agent>();

  constructor(controlPlanes: readonly LinuxNode[]) {
    this.#controlPlanes = controlPlanes;
  }

  /** Name of the control plane; undefined when no member says that it leads. */
  async find(): Promise<string | undefined> {
    const leads = await Promise.all(this.#controlPlanes.map((node) => this.#leads(node)));
    return this.#controlPlanes.find((_, index) => leads[index])?.name;
  }

  /** Whether a member says of itself that it leads. */
  async #leads(node: LinuxNode): Promise<boolean> {
    try {
      const { header, leader } = JSON.parse(await this.#status(node)) as {
        readonly header?: { readonly member_id?: string };
        readonly leader?: string;
      };
      return leader !== undefined && leader !== '0' && leader === header?.member_id;
    } catch {
      // Its keys may be others when it is back.
      this.#agents.get(node.name)?.destroy();
      this.#agents.delete(node.name);
      return false;
    }
  }

  /** @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/ */
  async #status(node: LinuxNode): Promise<string> {
    const agent = this.#agents.get(node.name) ?? (await agentOf(node));
    this.#agents.set(node.name, agent);
    return new Promise((resolve, reject) => {
      const options = { host: node.address, port, path: '/v3/maintenance/status', method: 'POST' };
      const request = https.request({ ...options, agent, timeout: patience }, (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (body += chunk));
        answer.on('end', () => resolve(body));
        answer.on('error', reject);
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', reject);
      request.end('{}');
    });
  }

  /** Closes the connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }
}

async function agentOf(node: LinuxNode): Promise<https.Agent> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'server.crt', 'server.key'].map((file) => readFile(node.own(`${keys}/${file}`))),
  );
  return new https.Agent({ ca, cert, key, keepAlive: true, maxSockets: 1 });
}
