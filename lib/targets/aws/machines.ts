import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Instance } from '@aws-sdk/client-ec2';
import { unknownNameText } from '../../core/closest.ts';
import type { NodeAnswer } from '../../model/cluster.ts';
import { ExternalError, UsageError } from '../../core/errors.ts';
import type { NodeMachine, NodeMachines, NodeStreams } from '../target.ts';
import { explaining } from './errors.ts';
import { allPages, type AwsCalls } from './operations.ts';
import type { Sessions } from './dependencies.ts';

/** What the machines of a self-managed cluster are found and reached with. */
export interface MachinesAccess {
  readonly aws: AwsCalls;
  readonly sessions: Pick<Sessions, 'run'>;
  /** Name of the cluster, which its machines are tagged with. */
  readonly cluster: string;
  /** Profile of the AWS CLI. @default the credentials of the environment */
  readonly profile?: string | undefined;
}

/** A machine with the names that it goes by. */
interface Found extends NodeMachine {
  readonly instance: string;
  /** Name of its Node object. */
  readonly kubernetesName: string | undefined;
}

/** Most bytes that may be handed to a command: it travels in the session's parameters, beside the command. */
const inputLimit = 16_384;

/** The machines of a self-managed cluster on EC2, through Session Manager. */
export class AwsMachines implements NodeMachines {
  readonly #access: MachinesAccess;

  constructor(access: MachinesAccess) {
    this.#access = access;
  }

  async names(): Promise<readonly string[]> {
    return (await this.#all()).map(({ name }) => name);
  }

  async list(): Promise<readonly NodeMachine[]> {
    return (await this.#all()).map(({ name, running }) => ({ name, running }));
  }

  async run(name: string, command: readonly string[]): Promise<NodeAnswer> {
    const machine = await this.#find(name);
    if (!machine.running) return { exitCode: undefined, stdout: '' };
    const { exitCode, stdout } = await this.#inSession(machine, command, Buffer.alloc(0), new AbortController().signal);
    return { exitCode, stdout: stdout.toString().replace(/\n$/, '') };
  }

  async connect(name: string, command: readonly string[], streams: NodeStreams, signal: AbortSignal): Promise<number> {
    const machine = await this.#find(name);
    const { region } = this.#access.aws;
    if (!machine.running) {
      throw new ExternalError({
        ja: `ノード ${machine.name}（${machine.instance}）が動いていません。EC2 コンソールで起動してください。`,
        en: `Node ${machine.name} (${machine.instance}) is not running. Start it in the EC2 console.`,
      });
    }
    const atTerminal = 'isTTY' in streams.stdin && streams.stdin.isTTY === true;
    // Nobody could type an answer: the session has no terminal.
    if (atTerminal && command[0] === 'bash' && command.length === 2) {
      const shell = `aws ssm start-session --region ${region} --target ${machine.instance}`;
      throw new UsageError({
        ja: `AWS のノードのシェルは、次のコマンドで開いてください: ${shell}`,
        en: `On AWS, open a shell with: ${shell}`,
      });
    }
    const input = atTerminal ? Buffer.alloc(0) : await buffer(streams.stdin);
    if (input.length > inputLimit) {
      throw new UsageError({
        ja: `AWS のノードのコマンドに渡せる入力は ${inputLimit} バイトまでですが、${input.length} バイトあります。バケットに置いて、ノードから取得してください。`,
        en: `A command on a node of AWS takes ${inputLimit} bytes of input, and this is ${input.length}. Let the node fetch it from a bucket.`,
      });
    }
    const { exitCode, stdout, stderr } = await this.#inSession(machine, command, input, signal);
    streams.stdout.write(stdout);
    streams.stderr.write(stderr);
    return exitCode;
  }

  /** A session tells no exit code and mixes its own words with what is printed, so all of it comes back encoded. */
  async #inSession(machine: Found, command: readonly string[], input: Buffer, signal: AbortSignal) {
    const { aws, sessions, profile } = this.#access;
    const mark = randomUUID();
    const printed = await explaining(() =>
      sessions.run({ instance: machine.instance, region: aws.region, profile }, script(command, input, mark), signal),
    );
    const [, status, stdout = '', stderr = ''] =
      new RegExp(`${mark} (\\d+) ([\\w+/=]*) ([\\w+/=]*) end`).exec(printed.replaceAll(/[\r\n]/g, '')) ?? [];
    if (status === undefined) {
      throw new ExternalError({
        ja: `コマンドが終わる前に、ノード ${machine.name} とのセッションが切れました。もう一度実行してください。`,
        en: `The session with node ${machine.name} ended before the command did. Run it again.`,
      });
    }
    return { exitCode: Number(status), stdout: Buffer.from(stdout, 'base64'), stderr: Buffer.from(stderr, 'base64') };
  }

  async #find(name: string): Promise<Found> {
    const all = await this.#all();
    const found = all.find((machine) => machine.name === name || machine.kubernetesName === name);
    if (found !== undefined) return found;
    throw new UsageError(
      unknownNameText(
        { ja: 'ノード', en: 'node' },
        name,
        all.map((machine) => machine.name),
      ),
    );
  }

  /** Control planes by their number, then workers by their age: those have no number of their own. */
  async #all(): Promise<readonly Found[]> {
    const { aws, cluster } = this.#access;
    const reservations = await explaining(() =>
      allPages(async (token) => {
        const { Reservations, NextToken } = await aws.call('ec2.DescribeInstances', {
          Filters: [
            { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
            { Name: `tag:kubernetes.io/cluster/${cluster}`, Values: ['owned'] },
          ],
          ...(token === undefined ? {} : { NextToken: token }),
        });
        return { items: Reservations, next: NextToken };
      }),
    );
    const instances = reservations.flatMap(({ Instances }) => Instances ?? []);
    const nameOf = ({ Tags }: Instance) =>
      (Tags?.find(({ Key }) => Key === 'Name')?.Value ?? '').slice(`${cluster}-`.length);
    const controlPlanes = instances
      .filter((instance) => nameOf(instance).startsWith('control-plane-'))
      .sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
    const workers = instances
      .filter((instance) => nameOf(instance) === 'worker')
      .sort((one, other) => age(one) - age(other) || idOf(one).localeCompare(idOf(other)));
    return [
      ...controlPlanes.map((instance) => found(instance, nameOf(instance))),
      ...workers.map((instance, index) => found(instance, `worker-${index + 1}`)),
    ];
  }
}

const idOf = ({ InstanceId }: Instance): string => InstanceId ?? '';
const age = ({ LaunchTime }: Instance): number => LaunchTime?.getTime() ?? 0;

const found = (instance: Instance, name: string): Found => ({
  name,
  running: instance.State?.Name === 'running',
  instance: idOf(instance),
  kubernetesName: instance.PrivateDnsName,
});

const encoded = (data: Buffer | string): string => Buffer.from(data).toString('base64');

/** Prints a mark, the exit code, and both outputs in base64. The words of the command are decoded on the node: none is taken apart on the way. */
const script = (command: readonly string[], input: Buffer, mark: string): string =>
  [
    'cd /root',
    `mapfile -d "" -t words < <(base64 --decode <<<${encoded(command.map((word) => `${word}\0`).join(''))})`,
    'out=$(mktemp) err=$(mktemp)',
    `base64 --decode <<<"${encoded(input)}" | "\${words[@]}" >"$out" 2>"$err"`,
    'status=${PIPESTATUS[1]}',
    `echo "${mark} $status $(base64 --wrap 0 "$out") $(base64 --wrap 0 "$err") end"`,
    'rm -f "$out" "$err"',
  ].join('; ');
