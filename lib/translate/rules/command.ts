import type { V1Container } from '../kubernetes-types.ts';
import { exact } from '../finding.ts';
import { literally } from '../escape.ts';
import { rule, type Rules } from '../rule.ts';
import type { PlannedContainer } from '../plan.ts';

/** What a container executes. `entryPoint` is `command` here, and `command` is `args`. */
export function commandOf(container: PlannedContainer, ignoreStatus: boolean): Partial<V1Container> {
  const entryPoint = container.source.entryPoint ?? [];
  const command = container.source.command ?? [];
  if (ignoreStatus && entryPoint.length > 0) {
    // Kubernetes waits for success; a shell that ignores the status makes any end one.
    return { command: ['/bin/sh', '-c', '"$@" || true', '--', ...[...entryPoint, ...command].map(literally)] };
  }
  return {
    ...(entryPoint.length > 0 && { command: entryPoint.map(literally) }),
    ...(command.length > 0 && { args: command.map(literally) }),
  };
}

const escaped = (value: string) =>
  literally(value) === value
    ? { ja: '', en: '' }
    : {
        ja: '$ は、Kubernetes が $(NAME) を展開しないように二重にしました。',
        en: ' A $ is doubled where Kubernetes would expand $(NAME), which ECS does not.',
      };

/** What a container executes. */
export const commandRules: Rules = {
  'containerDefinitions[].entryPoint[]': rule<string>(({ value }) =>
    exact(
      `entryPoint は Kubernetes の command です。${escaped(value).ja}`,
      `entryPoint is \`command\` in Kubernetes.${escaped(value).en}`,
      { to: 'container.command', lab: 'workloads' },
    ),
  ),
  'containerDefinitions[].command[]': rule<string>(({ value }) =>
    exact(
      `command は Kubernetes の args です。${escaped(value).ja}`,
      `command is \`args\` in Kubernetes.${escaped(value).en}`,
      { to: 'container.args', lab: 'workloads' },
    ),
  ),
};
