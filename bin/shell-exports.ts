import { shellWord } from '../lib/core/shell-quote.ts';
import { shellVariables, type LabAccess } from '../lib/targets/target.ts';

/** Variables that name a proxy, and those that name what is reached without one. Programs read one spelling or the other. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'] as const;
const exceptions = ['NO_PROXY', 'no_proxy'] as const;

/**
 * Commands that point a shell at a lab. bash and zsh read them, and fish, which has an `export` for such commands (fish
 * 3.6, "export").
 *
 * @param env the shell's environment
 */
export function shellExports(access: LabAccess, env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const { PATH, ...variables } = shellVariables(access);
  return [
    ...Object.entries({ ...variables, ...withoutProxy(access, env) }).map(
      ([name, value]) => `export ${name}=${shellWord(value)}`,
    ),
    `export PATH=${shellWord(PATH)}:"$PATH"`,
  ];
}

/** What keeps curl and kubectl from asking a company's proxy for this machine, and for the nodes on it. */
function withoutProxy({ direct = [] }: LabAccess, env: NodeJS.ProcessEnv): Record<string, string> {
  if (proxies.every((name) => (env[name] ?? '') === '')) return {};
  const there = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter((each) => each !== '');
  if (there.includes('*')) return {};
  const all = [...new Set([...there, '127.0.0.1', 'localhost', ...direct])].join(',');
  return Object.fromEntries(exceptions.map((name) => [name, all]));
}
