import type { V1PodSpec } from '../kubernetes-types.ts';
import { approximate, exact, none } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { onLinux, type Rules } from '../rule.ts';

/** Which namespaces of processes a pod shares. */
export function sharedNamespacesOf({ windows, input: { taskDefinition } }: Plan): Partial<V1PodSpec> {
  if (windows) return {};
  const { pidMode, ipcMode } = taskDefinition;
  return {
    ...(pidMode === 'host' && { hostPID: true }),
    ...(pidMode === 'task' && { shareProcessNamespace: true }),
    ...(ipcMode === 'host' && { hostIPC: true }),
  };
}

/** Processes and memory that containers share. */
export const sharedNamespaceRules: Rules = {
  pidMode: onLinux<string>(({ value }) =>
    value === 'host'
      ? exact(
          'ノードのプロセスが見えます（hostPID）。Pod Security の baseline では拒否されます。',
          'It sees the processes of the node (hostPID). Pod Security baseline refuses it.',
          { todo: 'decide', to: 'pod.hostPID', lab: 'security' },
        )
      : exact('Pod のコンテナがプロセスを共有します。', "The containers of the pod see each other's processes.", {
          to: 'pod.shareProcessNamespace',
          lab: 'workloads',
        }),
  ),
  ipcMode: onLinux<string>(({ value }) =>
    value === 'host'
      ? exact(
          'ノードの IPC を使います（hostIPC）。Pod Security の baseline では拒否されます。',
          'It uses the IPC of the node (hostIPC). Pod Security baseline refuses it.',
          { todo: 'decide', to: 'pod.hostIPC', lab: 'security' },
        )
      : value === 'task'
        ? exact('Pod のコンテナは必ず IPC を共有します。', 'Containers of a pod always share their IPC.', {
            lab: 'workloads',
          })
        : none(
            'Pod のコンテナは IPC を分けられません。分ける必要があれば、Pod を 2 つにします。',
            "Containers of a pod can't have an IPC namespace each. If it matters, make two pods of them.",
            { todo: 'decide', lab: 'workloads' },
          ),
  ),
  'containerDefinitions[].linuxParameters.initProcessEnabled': onLinux<boolean>(({ value, plan }) =>
    !value
      ? exact('init プロセスはありません。', 'There is no init process.', { lab: 'workloads' })
      : plan.input.taskDefinition.pidMode === 'task'
        ? approximate(
            'shareProcessNamespace があるので、pause プロセスが子プロセスを引き取ります。',
            'With shareProcessNamespace, the pause process reaps what is left behind.',
            { to: 'pod.shareProcessNamespace', lab: 'workloads' },
          )
        : none(
            'コンテナに init を足すフィールドはありません。ゾンビプロセスが残るなら、イメージに tini を入れるか、shareProcessNamespace: true にします（コンテナ同士のプロセスが見えるようになります）。',
            "No field adds an init process. If zombies remain, put tini into the image, or set shareProcessNamespace: true, which also lets containers see each other's processes.",
            { todo: 'decide', lab: 'workloads' },
          ),
  ),
};
