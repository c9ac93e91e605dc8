import type { FrameLog } from '../log/frame-log.ts';
import { Api } from './api.ts';
import { auditSource, type AuditLog } from './audit.ts';
import { componentsSource, type SeenComponent } from './components.ts';
import { leadersSource } from './leaders.ts';
import { objectSources, resourceOf } from './objects.ts';
import { observe, type Observation } from './source.ts';
import { WriteReader } from './write-reader.ts';

/** What a target shows of an environment beside its API. */
export interface Observables {
  /** The audit logs of its API servers. */
  readonly auditLogs: readonly AuditLog[];
  /** Which components run now. @default the target can't see them */
  readonly look?: () => Promise<readonly SeenComponent[]>;
  /** Ends what {@link look} keeps open. @default nothing to end */
  readonly stop?: () => void;
  /** The machine, as components name it, of a host that a Lease names. @default the host */
  readonly machineOf?: (host: string) => string;
}

/** Adds what happens in a cluster to a log, from now on. What is there comes first. */
export function observeCluster(kubeconfig: string, observables: Observables, log: FrameLog): Observation {
  const { auditLogs, look, stop = () => undefined, machineOf = (host: string) => host } = observables;
  const api = new Api(kubeconfig);
  const reader = new WriteReader(log.start);
  const observation = observe(
    [
      ...objectSources(api, (kind, object) => {
        reader.remember(resourceOf(kind), object);
      }),
      leadersSource(api, machineOf),
      ...auditLogs.map((auditLog) => auditSource(auditLog, reader)),
      ...(look === undefined ? [] : [componentsSource(look)]),
    ],
    log,
  );
  return {
    ready: observation.ready,
    stop: async () => {
      await observation.stop();
      stop();
    },
  };
}
