import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import type { ClusterNodes } from '../model/cluster.ts';
import type { Observables } from '../observe/observables.ts';
import type { Lab } from '../model/lab.ts';
import type { Settings } from '../settings/settings.ts';
import type { Report, Step } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import { environmentOf } from '../platform/program-environment.ts';
import type { TargetName } from '../core/target-name.ts';

/** A node's machine, as a list shows it. */
export interface NodeMachine {
  readonly name: string;
  readonly running: boolean;
}

/** Where a command on a node reads and writes. */
export interface NodeStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The machines of an environment's nodes, for who administers them. */
export interface NodeMachines extends ClusterNodes {
  /** All of them, control planes first. */
  list(): Promise<readonly NodeMachine[]>;
  /**
   * Runs a command on a node as root, connected with these streams, and returns its exit code.
   *
   * @throws UsageError for an unknown node; ExternalError when it is not running, or can't be reached
   */
  connect(name: string, command: readonly string[], streams: NodeStreams, signal: AbortSignal): Promise<number>;
  /** Their power switches; undefined where a lab has none. */
  readonly power?: {
    /** Ends a node at once, as a power failure would. Its disk stays. */
    kill(name: string): Promise<void>;
    /** Starts a node that was ended; nothing happens to one that runs. */
    start(name: string): Promise<void>;
  };
}

/** What a learner's shell and a check need to reach a running lab. */
export interface LabAccess {
  /** Where the lab runs. @default 'local' */
  readonly target?: TargetName;
  /** The lab's own kubeconfig: its namespace is the default of kubectl. */
  readonly kubeconfig: string;
  /** Folder with the pinned kubectl and this labs command, to come first on PATH. */
  readonly bin: string;
  /** Exact settings that the environment runs with. */
  readonly settings: Settings;
  /** Folder for kubectl's discovery cache, which would otherwise be in the learner's ~/.kube. */
  readonly kubectlCache: string;
  /** Folder for what is remembered of this lab, such as the learner's answers; it goes with the lab. */
  readonly folder: string;
  /** Addresses of nodes that no proxy reaches, as NO_PROXY takes them. @default none but this machine */
  readonly direct?: readonly string[];
  /** The machines of the environment's nodes; undefined where there are none, or none that are the learner's. */
  readonly nodes?: NodeMachines;
}

/** What a shell has to export to reach a lab; PATH is the folder that comes first on it. */
export const shellVariables = (access: LabAccess) => ({
  KUBECONFIG: access.kubeconfig,
  KUBECACHEDIR: access.kubectlCache,
  // Preferences of the learner's own (kuberc) would change what kubectl prints and asks.
  KUBERC: 'off',
  PATH: access.bin,
});

/** The environment of a shell that a guide is played in, with the lab's programs and kubeconfig. */
export function processEnvironment(access: LabAccess): NodeJS.ProcessEnv {
  const { PATH, ...variables } = shellVariables(access);
  return environmentOf(access.target === 'aws' ? 'guide on aws' : 'guide', {
    ...variables,
    PATH: [PATH, process.env.PATH].join(path.delimiter),
  }).env;
}

/** What `up` may be told beside the settings. */
export interface UpOptions {
  /** Port of the API server on 127.0.0.1; for target local. @default a free one */
  readonly port?: number;
  /** Whether the environment may be given other settings if it stands. @default false: that is refused */
  readonly change?: boolean;
}

/** A change of the settings of an environment that stands. */
export interface EnvironmentChange {
  readonly title: Text;
  /** Finds out what would happen. It changes nothing. */
  look(report: Report, signal: AbortSignal): Promise<PlannedChange>;
}

/** What a change of an environment would do. */
export interface PlannedChange {
  /** What changes, what that interrupts, and about how long it takes. @default nothing that runs would change */
  readonly description?: Text;
  /** The settings to bring the lab up with. */
  readonly settings: Settings;
  /** Ids of the other labs that are up in the environment. */
  readonly others: readonly string[];
}

/** What `reset` may be told. */
export interface ResetOptions {
  /** Whether what is remembered of the learner stays: answers, and which faults were healed. @default false */
  readonly keepProgress?: boolean;
}

/** Runs environments and the labs in them. */
export interface Target {
  readonly name: TargetName;

  /**
   * The steps that fetch or build all that labs of some Kubernetes versions start on this machine, programs and images,
   * ahead of time. Undefined for a target that starts nothing here.
   */
  planSoftware?(versions: readonly KubernetesVersionName[]): Promise<readonly Step[]>;

  /**
   * What it takes to bring a lab up; joins the lab's environment if that runs already. No step when the lab is up.
   *
   * @throws UsageError when the environment runs with other settings, or a lab wants it for itself
   */
  up(lab: Lab, settings: Settings, options?: UpOptions): Promise<readonly Step[]>;

  /**
   * The change that {@link up} with these settings would make to an environment that stands; undefined where it would
   * make none. @default no environment of this target changes while it stands
   */
  change?(lab: Lab, settings: Settings): Promise<EnvironmentChange | undefined>;

  /** Puts a lab's own objects, and its environment's nodes, back as `up` made them. */
  reset(lab: Lab, options?: ResetOptions): Promise<readonly Step[]>;

  /** Removes a lab's objects; the last lab's end is the end of the environment. No step when the lab is not up. */
  down(lab: Lab): Promise<readonly Step[]>;

  /**
   * How to reach a lab that is up.
   *
   * @throws ExternalError when it is not
   */
  access(lab: Lab): Promise<LabAccess>;

  /** The settings of a lab that was brought up here, whether or not it answers just now; undefined when it was not. */
  remembered(lab: Lab): Promise<Settings | undefined>;

  /** The folder for what is remembered of a lab here, whether or not it is up; what {@link access} calls `folder`. */
  folderOf(lab: Lab): string;

  /**
   * What can be observed of a lab that is up, beside its API.
   *
   * @throws ExternalError when it is not
   */
  observables(lab: Lab): Promise<Observables>;

  /** Whether a lab is up. */
  isUp(lab: Lab): Promise<boolean>;
}
