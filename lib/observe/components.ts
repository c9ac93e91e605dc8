import { setTimeout as sleep } from 'node:timers/promises';
import { componentKey } from '../log/picture.ts';
import type { Source } from './source.ts';

/** How often components are looked at, in milliseconds. */
const pause = 1_000;

/** A component, as it is at one moment. */
export interface SeenComponent {
  readonly component: string;
  readonly machine: string;
  readonly runs?: boolean;
  readonly leads?: boolean;
}

/**
 * Which components run, from what the target sees of them. One that is not seen any more has stopped.
 *
 * @param look what runs now
 */
export const componentsSource = (look: () => Promise<readonly SeenComponent[]>): Source => ({
  name: 'components',
  run: async ({ emit, signal }, onReady) => {
    const before = new Map<string, SeenComponent>();
    while (!signal.aborted) {
      const now = new Map<string, SeenComponent>();
      for (const seen of await look()) now.set(componentKey(seen), { runs: true, ...seen });
      for (const [key, seen] of before) if (!now.has(key)) now.set(key, stopped(seen));
      for (const [key, seen] of now) {
        const last = before.get(key);
        if (last !== undefined && last.runs === seen.runs && last.leads === seen.leads) continue;
        before.set(key, seen);
        emit({ kind: 'component', ...seen });
      }
      onReady();
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  },
});

const stopped = ({ component, machine, leads }: SeenComponent): SeenComponent => ({
  component,
  machine,
  runs: false,
  ...(leads === undefined ? {} : { leads: false }),
});
