import path from 'node:path';
import type { Cluster } from '../../model/cluster.ts';
import type { removeExternal } from './external-objects.ts';
import { cacheFolder, dataFolder } from '../../platform/paths.ts';
import { Kubectl, type KubectlFolder } from '../shared/kubectl.ts';
import { awsConnection } from './aws-connection.ts';
import type { RunCdk } from './cdk.ts';
import type { AwsProfile } from './account-region.ts';
import type { runOnNode } from './session.ts';
import { machineTools, type Tools } from './tools.ts';
import type { closeTunnel, openPort, openTunnel } from './tunnel.ts';

/** Sessions with the machines of an environment, through Session Manager. */
export interface Sessions {
  /** Runs a script of bash on a machine as root; what it printed. */
  readonly run: typeof runOnNode;
  /** Port of 127.0.0.1 at which a folder's tunnel is open, if it is. */
  readonly openPort: typeof openPort;
  /** Opens a folder's tunnel in the background; its port. */
  readonly openTunnel: typeof openTunnel;
  /** Ends a folder's tunnel. */
  readonly closeTunnel: typeof closeTunnel;
}

/** Everything outside of this process that target aws works with; tests put others in its place. */
export interface AwsDependencies {
  /** Folder of what is remembered of the environments. */
  readonly root: string;
  readonly connection: AwsProfile;
  readonly tools: Tools;
  readonly runCdk: RunCdk;
  /** The public IPv4 address of this machine. */
  readonly ownAddress: (signal: AbortSignal) => Promise<string>;
  readonly kubectl: (folder: KubectlFolder) => Pick<Kubectl, 'run' | 'apply'>;
  readonly openCluster: (kubeconfig: string, namespace: string) => Promise<Cluster>;
  /** Deletes what makes load balancers and volumes on AWS through Kubernetes, and waits until they are gone. */
  readonly removeExternal: typeof removeExternal;
  readonly sessions: Sessions;
  /** The profile that was chosen, if any. */
  readonly profile: () => string | undefined;
  /** Time between two looks at something that is waited for, in milliseconds. */
  readonly interval: number;
}

/** The real ones. What takes long to load is loaded when it is used. */
export const realDependencies: AwsDependencies = {
  root: path.join(dataFolder, 'aws'),
  connection: awsConnection,
  tools: machineTools(cacheFolder),
  runCdk: async (run) => (await import('./cdk.ts')).runCdk(run),
  ownAddress: async (signal) => (await import('./own-address.ts')).ownAddress(signal),
  kubectl: (folder) => new Kubectl(folder, { target: 'aws' }),
  openCluster: async (...args) => (await import('../../model/cluster.ts')).openCluster(...args),
  removeExternal: async (...args) => (await import('./external-objects.ts')).removeExternal(...args),
  sessions: {
    run: async (...args) => (await import('./session.ts')).runOnNode(...args),
    openPort: async (...args) => (await import('./tunnel.ts')).openPort(...args),
    openTunnel: async (...args) => (await import('./tunnel.ts')).openTunnel(...args),
    closeTunnel: async (...args) => (await import('./tunnel.ts')).closeTunnel(...args),
  },
  profile: () => process.env.AWS_PROFILE || undefined,
  interval: 10_000,
};
