import type { V1PodSecurityContext, V1SecurityContext } from '../kubernetes-types.ts';
import { approximate, exact, input, none } from '../finding.ts';
import type { Plan, PlannedContainer } from '../plan.ts';
import { forAll, onLinux, rule, type Rules } from '../rule.ts';

/** Capabilities that Pod Security "baseline" lets a container add. */
export const baselineCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/**
 * Kernel parameters that every kubelet accepts, and Pod Security "baseline" too.
 *
 * @see Kubernetes v1.36.3, staging/src/k8s.io/pod-security-admission/policy/check_sysctls.go
 */
export const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

/** A user or group as a number; undefined for a name. */
const userAndGroup = (user: string): { readonly runAsUser?: number; readonly runAsGroup?: number } => {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
  return {
    ...(uid !== undefined && { runAsUser: Number(uid) }),
    ...(gid !== undefined && { runAsGroup: Number(gid) }),
  };
};

/** What one of `dockerSecurityOptions` says in Kubernetes; undefined where nothing does. */
function securityOption(option: string): V1SecurityContext | undefined {
  const [kind = '', ...rest] = option.split(/[:=]/);
  const value = rest.join(':');
  if (option === 'no-new-privileges' || option === 'no-new-privileges:true') return { allowPrivilegeEscalation: false };
  if (kind === 'apparmor' && value !== '') {
    return {
      appArmorProfile: value === 'unconfined' ? { type: 'Unconfined' } : { type: 'Localhost', localhostProfile: value },
    };
  }
  if (kind === 'label') {
    const [field = '', ...of] = value.split(':');
    if (['user', 'role', 'type', 'level'].includes(field) && of.length > 0) {
      return { seLinuxOptions: { [field]: of.join(':') } };
    }
  }
  return undefined;
}

/** Types of SELinux that Pod Security "baseline" accepts, beside none at all. */
const containerTypes = new Set(['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

/** Whether an option sets something of SELinux, or of AppArmor, that Pod Security "baseline" refuses. */
function isAboveBaseline(option: string): boolean {
  const { seLinuxOptions, appArmorProfile } = securityOption(option) ?? {};
  const { user, role, type } = seLinuxOptions ?? {};
  return (
    appArmorProfile?.type === 'Unconfined' ||
    user !== undefined ||
    role !== undefined ||
    (type !== undefined && !containerTypes.has(type))
  );
}

/** What a container may do. Undefined where the task definition says nothing of it. */
export function securityContextOf(container: PlannedContainer, { windows }: Plan): V1SecurityContext | undefined {
  if (windows) return undefined;
  const { source } = container;
  const { add = [], drop = [] } = source.linuxParameters?.capabilities ?? {};
  const capabilities = { ...(add.length > 0 && { add }), ...(drop.length > 0 && { drop }) };
  const options = (source.dockerSecurityOptions ?? []).map(securityOption);
  const seLinuxOptions = Object.assign({}, ...options.map((option) => option?.seLinuxOptions)) as object;
  const context: V1SecurityContext = {
    ...userAndGroup(source.user ?? ''),
    ...(source.privileged === true && { privileged: true }),
    ...(source.readonlyRootFilesystem === true && { readOnlyRootFilesystem: true }),
    ...(Object.keys(capabilities).length > 0 && { capabilities }),
    ...(Object.assign({}, ...options) as V1SecurityContext),
    ...(Object.keys(seLinuxOptions).length > 0 && { seLinuxOptions }),
  };
  // The API server refuses the two together.
  if (context.privileged === true || add.includes('SYS_ADMIN') || add.includes('CAP_SYS_ADMIN')) {
    delete context.allowPrivilegeEscalation;
  }
  return Object.keys(context).length === 0 ? undefined : context;
}

/** What all containers of a pod may do. Docker has its seccomp profile on, and Kubernetes has not, so it is written. */
export function podSecurityContextOf({ containers, windows, input: { taskDefinition } }: Plan): V1PodSecurityContext {
  if (windows) return {};
  const sysctls = new Map(
    containers
      .filter(({ role }) => role !== 'dropped')
      .flatMap(({ source }) => source.systemControls ?? [])
      .filter(({ namespace = '' }) => !(taskDefinition.networkMode === 'host' && namespace.startsWith('net.')))
      .filter(
        ({ namespace = '' }) =>
          !(taskDefinition.ipcMode === 'host' && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(namespace)),
      )
      .map(({ namespace = '', value = '' }) => [namespace, value]),
  );
  return {
    seccompProfile: { type: 'RuntimeDefault' },
    ...(sysctls.size > 0 && { sysctls: [...sysctls].map(([name, value]) => ({ name, value })) }),
  };
}

const device = none(
  'デバイスを渡すフィールドはありません。デバイスプラグインか DRA ドライバーを使います。特権コンテナと /dev の hostPath は、すべてのデバイスを渡すことになります。',
  'No field hands a device to a container. Use a device plugin or a driver of DRA. A privileged container with a hostPath of /dev would have all devices.',
  { lab: 'security' },
);

const ulimit = rule(({ container, indexes }) => {
  const { name = '', softLimit = 0, hardLimit = 0 } = container.source.ulimits![indexes[1]!]!;
  return none(
    `ulimit ${name}（${softLimit}/${hardLimit}）を書くフィールドはありません（kubernetes#3595）。ノードの containerd が決めます。EKS のノードの nofile は十分大きいことが多いので、コンテナで ulimit -a を見て、足りなければ起動スクリプトで ulimit -S を上げるか、ノードの設定を変えます。`,
    `No field has ulimit ${name} (${softLimit}/${hardLimit}); see kubernetes#3595. The node's containerd decides. Look at ulimit -a in the container; if it is too low, raise the soft limit in the entry point, or change the node.`,
    { lab: 'operations' },
  );
});

const sysctl = onLinux(({ container, indexes, plan }) => {
  const { namespace = '' } = container.source.systemControls![indexes[1]!]!;
  if (plan.input.taskDefinition.networkMode === 'host' && namespace.startsWith('net.')) {
    return none(
      `ホストのネットワークでは ${namespace} を Pod に設定できません。ノードに設定します。`,
      `With the host's network ${namespace} can't be set for a pod. Set it on the node.`,
      { lab: 'security' },
    );
  }
  if (plan.input.taskDefinition.ipcMode === 'host' && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(namespace)) {
    return none(
      `ホストの IPC では ${namespace} を Pod に設定できません。ノードに設定します。`,
      `With the host's IPC ${namespace} can't be set for a pod. Set it on the node.`,
      { lab: 'security' },
    );
  }
  return safeSysctls.has(namespace)
    ? approximate('Pod 全体の sysctl になります。', 'It becomes a sysctl of the whole pod.', {
        to: 'pod.securityContext.sysctls',
        lab: 'security',
      })
    : approximate(
        `API サーバーは受け付けますが、ノードの kubelet が --allowed-unsafe-sysctls で ${namespace} を許可していなければ、Pod を拒否します（SysctlForbidden）。Pod Security の baseline でも拒否されます。`,
        `The API server accepts it, but the kubelet refuses the pod (SysctlForbidden) unless the node allows ${namespace} by --allowed-unsafe-sysctls. Pod Security baseline refuses it too.`,
        { todo: 'decide', to: 'pod.securityContext.sysctls', lab: 'security' },
      );
});

/** What containers may do. */
export const securityRules: Rules = {
  'containerDefinitions[].user': rule<string>(({ value, plan }) =>
    plan.windows
      ? none('Windows のコンテナのユーザーは runAsUserName です。', 'On Windows the user is runAsUserName.', {
          todo: 'decide',
          lab: 'security',
        })
      : /^\d+(:\d+)?$/.test(value)
        ? exact('runAsUser と runAsGroup になります。', 'It becomes runAsUser and runAsGroup.', {
            to: 'container.securityContext',
            lab: 'security',
          })
        : input(
            `Kubernetes はユーザー名を受け付けません。${value} の番号をイメージの /etc/passwd で調べ、runAsUser（と runAsGroup）に書いてください。それまではイメージの USER で動きます。`,
            `Kubernetes takes no user names. Look up the number of ${value} in the image's /etc/passwd, and write it as runAsUser (and runAsGroup). Until then the container runs as the image's USER.`,
            { lab: 'security' },
          ),
  ),
  'containerDefinitions[].privileged': rule<boolean>(({ value, plan }) =>
    !value
      ? exact('特権はありません。', 'It is not privileged.', { lab: 'security' })
      : plan.windows
        ? none('Windows に特権コンテナはありません。', 'Windows has no privileged containers.', {
            todo: 'decide',
            lab: 'security',
          })
        : exact(
            '特権コンテナです。Pod Security の baseline では拒否され、EKS Fargate では動きません。',
            'A privileged container. Pod Security baseline refuses it, and EKS Fargate does not run it.',
            { todo: 'decide', to: 'container.securityContext', lab: 'security' },
          ),
  ),
  'containerDefinitions[].readonlyRootFilesystem': rule<boolean>(({ value, plan }) =>
    value && !plan.windows
      ? exact(
          '読み取り専用のルートファイルシステムです。ECS Exec と違い、kubectl exec は使えます。',
          'A read-only root file system. Unlike ECS Exec, kubectl exec works with it.',
          { to: 'container.securityContext', lab: 'security' },
        )
      : exact('ルートファイルシステムには書き込めます。', 'The root file system can be written to.', {
          lab: 'security',
        }),
  ),
  'containerDefinitions[].linuxParameters.capabilities.add[]': onLinux<string>(({ value }) =>
    baselineCapabilities.has(value)
      ? exact('加える capability は同じです。', 'The same capability is added.', {
          to: 'container.securityContext',
          lab: 'security',
        })
      : exact(
          '加える capability は同じです。Pod Security の baseline では拒否されます。',
          'The same capability is added. Pod Security baseline refuses it.',
          { todo: 'decide', to: 'container.securityContext', lab: 'security' },
        ),
  ),
  'containerDefinitions[].linuxParameters.capabilities.drop[]': onLinux(() =>
    exact('外す capability は同じです。', 'The same capability is dropped.', {
      to: 'container.securityContext',
      lab: 'security',
    }),
  ),
  'containerDefinitions[].linuxParameters.devices[].hostPath': device,
  'containerDefinitions[].linuxParameters.devices[].containerPath': device,
  'containerDefinitions[].linuxParameters.devices[].permissions[]': device,
  'containerDefinitions[].dockerSecurityOptions[]': rule<string>(({ value, plan }) =>
    securityOption(value) === undefined || plan.windows
      ? none(
          `${value} に対応するものはありません。${value.startsWith('credentialspec') ? 'gMSA は windowsOptions と GMSACredentialSpec で設定します。' : 'Docker がこの値をどう読んだかを確かめてください。'}`,
          `Nothing corresponds to ${value}. ${value.startsWith('credentialspec') ? 'gMSA is set by windowsOptions and a GMSACredentialSpec.' : 'See what Docker made of this value.'}`,
          { todo: 'decide', lab: 'security' },
        )
      : isAboveBaseline(value)
        ? exact(
            'securityContext になります。Pod Security の baseline では、コンテナのための型のほかは拒否されます。',
            'It goes into the securityContext. Pod Security baseline refuses users, roles and other types than those of containers.',
            { todo: 'decide', to: 'container.securityContext', lab: 'security' },
          )
        : exact(
            'securityContext になります。AppArmor のプロファイルはノードに必要です。',
            'It goes into the securityContext. A profile of AppArmor has to be on the node.',
            { to: 'container.securityContext', lab: 'security' },
          ),
  ),
  ...forAll(
    ['name', 'softLimit', 'hardLimit'].map((field) => `containerDefinitions[].ulimits[].${field}`),
    ulimit,
  ),
  'containerDefinitions[].systemControls[].namespace': sysctl,
  'containerDefinitions[].systemControls[].value': sysctl,
  'containerDefinitions[].credentialSpecs[]': none(
    'gMSA は、GMSACredentialSpec オブジェクトと Webhook を入れ、windowsOptions.gmsaCredentialSpecName で指定します。Linux の gMSA に対応するものはありません。',
    'For gMSA, install its webhook, make a GMSACredentialSpec, and name it in windowsOptions.gmsaCredentialSpecName. gMSA on Linux has no counterpart.',
    { lab: 'security' },
  ),
};
