import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';

/** Where a session goes, and with whose credentials. */
export interface SessionTarget {
  /** Id of an EC2 instance. */
  readonly instance: string;
  readonly region: string;
  /** Profile of the AWS CLI. @default the credentials of the environment */
  readonly profile?: string | undefined;
}

/** Documents of AWS's own that say what a session does. The policy in the READMEs names them. */
export const sessionDocuments = {
  command: 'AWS-StartNonInteractiveCommand',
  tunnel: 'AWS-StartPortForwardingSessionToRemoteHost',
} as const;

/** The words of a command that starts a session. Whoever may list this machine's processes sees them. */
export const sessionCommand = (
  { instance, region }: SessionTarget,
  document: keyof typeof sessionDocuments,
  parameters: Readonly<Record<string, string>>,
): readonly string[] => [
  ...['aws', 'ssm', 'start-session', '--region', region, '--target', instance],
  ...['--document-name', sessionDocuments[document]],
  '--parameters',
  JSON.stringify(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]))),
];

/** The environment of a session's process. */
export const sessionEnvironment = ({ profile }: SessionTarget) =>
  environmentOf('aws', profile === undefined ? {} : { AWS_PROFILE: profile });

/** How long a command on a node may take, in milliseconds. */
const commandTimeout = 600_000;

/**
 * Runs a script of bash on a node as root and returns what it printed, between what the session itself says.
 *
 * The agent takes the command apart as a shell would, and runs it without one (amazon-ssm-agent, StartCommandExecutor,
 * read November 2026). It tells no exit code.
 *
 * @param script without a single quotation mark
 * @throws ExternalError with what the AWS CLI said
 */
export async function runOnNode(target: SessionTarget, script: string, signal: AbortSignal): Promise<string> {
  if (script.includes("'")) throw new Error('A script for a node can have no single quotation mark.');
  const [program = '', ...args] = sessionCommand(target, 'command', { command: `sudo bash -c '${script}'` });
  const result = await execa(program, args, {
    ...sessionEnvironment(target),
    stdin: 'ignore',
    reject: false,
    timeout: commandTimeout,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (!result.failed) return result.stdout.replaceAll('\r', '');
  const reason = result.stderr.trim().split('\n').at(-1) || result.shortMessage;
  throw new ExternalError({
    ja: `ノード ${target.instance} とのセッションに失敗しました: ${reason}`,
    en: `No session with node ${target.instance}: ${reason}`,
  });
}
