import { UsageError } from '../../lib/core/errors.ts';
import type { Action } from '../context.ts';
import { findNodes, type FoundNodes } from '../nodes.ts';
import type { Output } from '../output.ts';
import { nodeCommand } from '../../lib/model/labs-command.ts';

interface NodeOptions {
  readonly lab?: string;
  readonly on?: string;
  readonly kill?: boolean;
  readonly start?: boolean;
}

/** What runs on a node when no command is given: a shell, or what is read from the standard input. */
const shell: readonly string[] = ['bash', '--login'];

const node: Action<NodeOptions> = async ({ output, signal }, [name, ...command], options) => {
  refuseContradictions(name, command, options);
  const found = await findNodes(options.lab, options.on);
  if (name === undefined) return list(found, output);
  if (options.kill === true || options.start === true) {
    await flip(found, name, options.kill === true ? 'kill' : 'start');
    output.line(output.message(options.kill === true ? 'nodeKilled' : 'nodeStarted', { node: name }));
    return;
  }
  const { stdin, stdout, stderr } = process;
  return found.nodes.connect(name, command.length > 0 ? command : shell, { stdin, stdout, stderr }, signal);
};
export default node;

function refuseContradictions(name: string | undefined, command: readonly string[], options: NodeOptions): void {
  const { kill = false, start = false } = options;
  if (!kill && !start) return;
  const flag = kill ? '--kill' : '--start';
  if (kill && start)
    throw new UsageError({
      ja: '--kill はノードを止め、--start は起動します。どちらかひとつを指定してください。',
      en: '--kill ends a node and --start starts it. Give one of them.',
    });
  if (name === undefined)
    throw new UsageError({
      ja: `${flag} にはノードの名前が必要です。たとえば: ${nodeCommand('control-plane-1', [flag])}`,
      en: `${flag} needs a node, as in: ${nodeCommand('control-plane-1', [flag])}`,
    });
  if (command.length > 0)
    throw new UsageError({
      ja: `${flag} とコマンドは一緒に指定できません。たとえば: ${nodeCommand(name, [flag])}`,
      en: `${flag} takes no command. Give one or the other, as in: ${nodeCommand(name, [flag])}`,
    });
}

async function list({ nodes }: FoundNodes, output: Output): Promise<void> {
  const machines = await nodes.list();
  const width = Math.max(0, ...machines.map(({ name }) => name.length)) + 2;
  for (const { name, running } of machines) {
    const state = running
      ? output.colors.green(output.message('nodeRunning'))
      : output.colors.dim(output.message('nodeStopped'));
    output.line(`${name.padEnd(width)}${state}`);
  }
}

async function flip({ nodes, target }: FoundNodes, name: string, way: 'kill' | 'start'): Promise<void> {
  if (nodes.power === undefined) {
    throw new UsageError({
      ja: `--${way} はターゲット linux のものです。${target.name} では、クラウドの側でマシンを止めたり起動したりしてください。`,
      en: `--${way} is for target linux. On ${target.name}, stop and start the machine with the means of the cloud.`,
    });
  }
  await nodes.power[way](name);
}
