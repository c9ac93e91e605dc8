import type { Source } from './source.ts';
import { watch, type Api } from './watch.ts';

/** Components that run on several control planes and of which one works. */
const electing: ReadonlySet<string> = new Set([
  'kube-scheduler',
  'kube-controller-manager',
  'cloud-controller-manager',
]);

/**
 * Who leads, from the Leases of kube-system. Renewals, every two seconds, are no frame.
 *
 * @param machineOf the machine of a host that a Lease names
 */
export const leadersSource = (api: Api, machineOf: (host: string) => string): Source => ({
  name: 'watch Lease',
  run: ({ emit, signal }, onReady) => {
    const leaders = new Map<string, string>();
    const lead = (component: string, machine: string | undefined): void => {
      const before = leaders.get(component);
      if (before === machine) return;
      if (before !== undefined) emit({ kind: 'component', component, machine: before, leads: false });
      if (machine === undefined) leaders.delete(component);
      else {
        leaders.set(component, machine);
        emit({ kind: 'component', component, machine, leads: true });
      }
    };
    return watch(api, {
      url: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases',
      signal,
      onObject: ({ metadata: { name }, spec }) => {
        if (electing.has(name)) lead(name, hostIn(spec, machineOf));
      },
      onGone: ({ metadata: { name } }) => lead(name, undefined),
      onLive: (live) => {
        emit({ kind: 'source', source: 'watch Lease', live });
        onReady();
      },
    });
  },
});

/** The machine of a Lease's holder, whose identity is its host and a random number; undefined when nobody holds it. */
function hostIn(spec: unknown, machineOf: (host: string) => string): string | undefined {
  const { holderIdentity } = (spec ?? {}) as { readonly holderIdentity?: unknown };
  if (typeof holderIdentity !== 'string' || holderIdentity === '') return undefined;
  return machineOf(holderIdentity.replace(/_[^_]*$/, ''));
}
