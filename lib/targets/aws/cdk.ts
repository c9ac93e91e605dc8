import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';
import { howToTrust, isUntrusted } from '../../platform/certificates.ts';
import { projectFolder } from '../../platform/paths.ts';
import { settingNames, type Settings } from '../../settings/settings.ts';
import { deniedAction, wayOut } from './denial.ts';
import { signIn } from './errors.ts';
import { reachedQuota } from './reached-quotas.ts';

/** A run of the `cdk` command. */
export interface CdkRun {
  readonly args: readonly string[];
  /** Region that it deploys to. */
  readonly region: string;
  /** Called for each line that it prints. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs the `cdk` command; tests put another in its place. Returns its exit code. */
export type RunCdk = (run: CdkRun) => Promise<number | undefined>;

/** Every setting as the CDK's context, so that a default which changes with a release changes no stack that stands. */
const contextOf = (settings: Settings): readonly string[] =>
  settingNames.flatMap((name) => {
    const value = settings[name];
    return ['-c', `${name}=${typeof value === 'object' ? value.join(',') : String(value)}`];
  });

/**
 * The arguments that deploy a stack.
 *
 * @param stack its id in the CDK's app
 * @param output folder for the template
 * @param tags of the stack and of all that it makes
 */
export const deployArguments = (
  stack: string,
  settings: Settings,
  output: string,
  tags: Readonly<Record<string, string>>,
): readonly string[] => [
  'deploy',
  stack,
  // The labs ask for nothing that only a person can decide; the price was said before.
  '--require-approval',
  'never',
  '--progress',
  'events',
  '--no-notices',
  '--output',
  output,
  ...Object.entries(tags).flatMap(([key, value]) => ['--tags', `${key}=${value}`]),
  ...contextOf(settings),
];

/** The command that deletes a stack without `labs`. */
export const destroyCommand = (stack: string, { name }: Pick<Settings, 'name'>): string =>
  `npx cdk destroy ${stack}${name === '' ? '' : ` -c name=${name}`}`;

/**
 * The arguments that make a stack's template and deploy nothing.
 *
 * @param output folder for the template
 */
export const synthArguments = (stack: string, settings: Settings, output: string): readonly string[] => [
  'synth',
  stack,
  '--quiet',
  '--no-notices',
  '--output',
  output,
  ...contextOf(settings),
];

/**
 * The arguments that delete a stack.
 *
 * @param output folder for the template
 */
export const destroyArguments = (stack: string, settings: Settings, output: string): readonly string[] => [
  'destroy',
  stack,
  '--force',
  '--no-notices',
  '--output',
  output,
  ...contextOf(settings),
];

/** Runs the CDK's own command, the version that this project pins, with no shell in between. */
export const runCdk: RunCdk = async ({ args, region, onLine, signal }) => {
  const child = execa(path.join(projectFolder, 'node_modules', '.bin', 'cdk'), args, {
    cwd: projectFolder,
    ...environmentOf('cdk', { AWS_REGION: region, AWS_DEFAULT_REGION: region, NO_COLOR: '1' }),
    stdin: 'ignore',
    all: true,
    reject: false,
    cancelSignal: signal,
  });
  for await (const line of createInterface({ input: child.all })) onLine(line);
  return (await child).exitCode;
};

/** What happened to one resource of a stack, as the CDK prints it. */
export interface StackEvent {
  /** How many resources are done, of how many; only the first when a stack is deleted. */
  readonly progress: string;
  /** Such as `CREATE_IN_PROGRESS`. */
  readonly status: string;
  /** Such as `AWS::EC2::VPC`. */
  readonly type: string;
  /** The construct's path, the logical id, and the reason if there is one. */
  readonly resource: string;
}

/** Reads an event of a stack from a line of the CDK; undefined for any other line. */
export function eventOf(line: string): StackEvent | undefined {
  const match = /^\S+ \|\s*([\d/]+) \|[^|]*\| (\w+)[^|]*\| (\S+)\s*\| (.+)$/.exec(line.trim());
  if (match === null) return undefined;
  const [, progress = '', status = '', type = '', resource = ''] = match;
  return { progress, status, type, resource: resource.trim() };
}

/**
 * Runs the CDK and tells how the stack gets on.
 *
 * @param what names the run in what is said, such as `cdk deploy EksEc2`
 * @throws ExternalError with the resources that failed and why, or else with what the CDK said last
 */
export async function followCdk(
  run: RunCdk,
  what: string,
  { args, region, signal }: Omit<CdkRun, 'onLine'>,
  report: (detail: string) => void,
): Promise<void> {
  const failures: string[] = [];
  const lines: string[] = [];
  const onLine = (line: string) => {
    const event = eventOf(line);
    if (event === undefined) {
      if (line.trim() !== '' && !line.startsWith('✨')) lines.push(line.trim());
      return;
    }
    const { progress, status, type, resource } = event;
    report(`${progress} ${type} ${resource.split(' ')[0]!} ${status}`);
    // What is called off because something else failed is no cause.
    if (status.endsWith('_FAILED') && !/cancelled/i.test(resource)) failures.push(`${type} ${resource}`);
  };
  const code = await run({ args, region, signal, onLine });
  signal.throwIfAborted();
  if (code === 0) return;
  const said = lines.join(' ');
  if (/ExpiredToken|token .{0,60}expired|session .{0,60}expired|credentials .{0,20}expired/i.test(said))
    throw new ExternalError({
      ja: `${what} が止まりました。AWS の認証情報の有効期限が切れています。${signIn.ja}`,
      en: `${what} stopped: your AWS credentials have expired. ${signIn.en}`,
    });
  if (isUntrusted(said)) {
    const trust = howToTrust('NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE');
    throw new ExternalError({
      ja: `${what} が止まりました。AWS に接続できません。${trust.ja}`,
      en: `${what} stopped: no connection to AWS. ${trust.en}`,
    });
  }
  const reasons = (failures.length > 0 ? failures.slice(0, 3) : lines.slice(-3)).join(' — ');
  const action = deniedAction(`${reasons} ${said}`);
  const way = reachedQuota(reasons, region) ?? (action === undefined ? undefined : wayOut(action, reasons));
  throw new ExternalError({
    ja: `${what} が失敗しました: ${reasons || `終了コードは ${String(code)}`}${way === undefined ? '' : `\n${way.ja}`}`,
    en: `${what} failed: ${reasons || `it ended with ${String(code)}`}${way === undefined ? '' : `\n${way.en}`}`,
  });
}
