import { unknownNameText } from '../../core/closest.ts';
import type { NodeAnswer } from '../../model/cluster.ts';
import { ExternalError, UsageError } from '../../core/errors.ts';
import type { NodeMachine, NodeMachines, NodeStreams } from '../target.ts';
import type { LinuxCluster } from './cluster.ts';
import type { LinuxNode } from './node.ts';
import { requireRoot } from './root.ts';
import { labsCommand, nodeCommand } from '../../model/labs-command.ts';

/** What switching a node off and on takes beside the cluster. */
export interface MachinesOptions {
  /** Id of the lab that is up, for what is said. */
  readonly lab: string;
  /** Runs something while no other command changes an environment of this target. */
  readonly alone: (run: () => Promise<void>) => Promise<void>;
}

/** The nodes of a running cluster of target linux. */
export class LinuxMachines implements NodeMachines {
  readonly #cluster: LinuxCluster;
  readonly #options: MachinesOptions;
  readonly power = {
    kill: (name: string): Promise<void> => this.#switch(async () => (await this.#node(name)).kill()),
    start: (name: string): Promise<void> =>
      this.#switch(async () => {
        if ((await (await this.#node(name)).pid()) === undefined) await this.#cluster.startNode(name);
      }),
  };

  constructor(cluster: LinuxCluster, options: MachinesOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  async names(): Promise<readonly string[]> {
    return (await this.#nodes()).map(({ name }) => name);
  }

  async list(): Promise<readonly NodeMachine[]> {
    const nodes = await this.#nodes();
    return Promise.all(nodes.map(async (node) => ({ name: node.name, running: (await node.pid()) !== undefined })));
  }

  async run(name: string, command: readonly string[]): Promise<NodeAnswer> {
    const node = await this.#node(name);
    if ((await node.pid()) === undefined) return { exitCode: undefined, stdout: '' };
    const { exitCode, stdout } = await node.run(command);
    return { exitCode: exitCode ?? 1, stdout: String(stdout) };
  }

  async connect(name: string, command: readonly string[], streams: NodeStreams, signal: AbortSignal): Promise<number> {
    const node = await this.#node(name);
    if ((await node.pid()) === undefined) {
      const start = nodeCommand(name, ['--start']);
      throw new ExternalError({
        ja: `ノード ${name} は動いていません。起動するには: ${start}`,
        en: `Node ${name} is not running. Start it with: ${start}`,
      });
    }
    return node.connect(command, streams, signal);
  }

  async #switch(run: () => Promise<void>): Promise<void> {
    requireRoot(nodeCommand('NODE', ['--lab', this.#options.lab]));
    await this.#options.alone(run);
  }

  async #nodes(): Promise<readonly LinuxNode[]> {
    // The cluster's folder is root's.
    requireRoot(labsCommand('COMMAND', this.#options.lab, 'linux', { root: true }));
    return this.#cluster.nodes();
  }

  async #node(name: string): Promise<LinuxNode> {
    const nodes = await this.#nodes();
    const node = nodes.find((candidate) => candidate.name === name);
    if (node !== undefined) return node;
    throw new UsageError(
      unknownNameText(
        { ja: 'ノード', en: 'node' },
        name,
        nodes.map((candidate) => candidate.name),
      ),
    );
  }
}
