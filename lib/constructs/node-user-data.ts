import { type CfnResource, Stack } from 'aws-cdk-lib/core';
import { nodeBootstrapFolder, nodeSettingsFolder } from '../self-managed/cluster-env.ts';
import type { BootstrapFiles } from './bootstrap-files.ts';

/**
 * Properties of {@link nodeUserData}.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export interface NodeUserDataProps {
  /** The shell files that a node runs. */
  readonly bootstrapFiles: BootstrapFiles;
  /** Files that the node finds in its settings folder, by name. None holds a secret. */
  readonly settingsFiles: Readonly<Record<string, string>>;
  /** The shell file that makes the node part of the cluster, for example `worker.sh`. */
  readonly script: string;
  /** The resource that CloudFormation holds back until the node has signalled. */
  readonly signals: CfnResource;
  /** Commands that run before. @default none */
  readonly before?: readonly string[];
}

/** What is left here once the node is part of the cluster. */
const nodeIsUp = '/var/lib/kubernetes-textbook-labs/node-is-up';

/**
 * Commands of user data that fetch the shell files and leave them to systemd, which runs them again after an interruption, until
 * the node is part of the cluster. `journalctl --unit bootstrap` has what they said.
 */
export function nodeUserData(props: NodeUserDataProps): readonly string[] {
  const { bootstrapFiles, settingsFiles, script, signals, before = [] } = props;
  const stack = Stack.of(signals);
  const signal = `--stack ${stack.stackName} --region ${stack.region} --resource ${stack.getLogicalId(signals)}`;
  return [
    'set -euo pipefail',
    ...before,
    `mkdir -p ${nodeSettingsFolder}`,
    ...Object.entries(settingsFiles).map(([name, text]) => file(`${nodeSettingsFolder}/${name}`, text)),
    ...bootstrapFiles.fetchCommands(),
    file('/etc/systemd/system/bootstrap.service', bootstrapUnit(script, signal)),
    file('/etc/systemd/system/bootstrap-failed.service', failureUnit(signal)),
    'systemctl daemon-reload',
    'systemctl enable bootstrap',
    'systemctl start --no-block bootstrap',
  ];
}

/**
 * After so many attempts a node gives up: what is wrong will not pass. The unit is `failed` only then, and CloudFormation
 * hears it with the last lines of the journal, instead of waiting for all of its time.
 */
const attempts = 5;

/** A signal is refused when nobody waits for it, as for a worker that takes the place of another. */
const bootstrapUnit = (script: string, signal: string): string => `[Unit]
Description=Bootstrap of this node: ${script}
Wants=network-online.target
After=network-online.target
ConditionPathExists=!${nodeIsUp}
StartLimitIntervalSec=infinity
StartLimitBurst=${attempts}
OnFailure=bootstrap-failed.service

[Service]
Type=oneshot
ExecStart=${nodeBootstrapFolder}/prepare-host.sh
ExecStart=${nodeBootstrapFolder}/${script}
ExecStartPost=/usr/bin/touch ${nodeIsUp}
ExecStartPost=-/opt/aws/bin/cfn-signal --success true ${signal}
Restart=on-failure
RestartSec=15

[Install]
WantedBy=multi-user.target
`;

/** The lines that the shell files wrote last, not what systemd says of the unit. For systemd, `$$` is a `$`. */
const failureUnit = (signal: string): string => `[Unit]
Description=Tells CloudFormation why this node did not start

[Service]
Type=oneshot
ExecStart=/bin/bash -c '/opt/aws/bin/cfn-signal --success false --reason "$$(hostname): $$(journalctl _SYSTEMD_UNIT=bootstrap.service --lines 3 --output cat)" ${signal}'
`;

const file = (name: string, text: string): string => `cat >${name} <<'END_OF_FILE'\n${text}END_OF_FILE`;
