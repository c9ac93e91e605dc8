import type { Report } from '../core/step.ts';

/** How often a transfer says how it gets on, in milliseconds. */
const interval = 250;

/** Tells how much of a file has come, how fast, and how long the rest will take. */
export function progressMeter(report: Report) {
  let [done, total, came, since, last] = [0, undefined as number | undefined, 0, 0, 0];
  return {
    /** Begins an attempt; what is there already does not count as speed. */
    begin(there: number, all: number | undefined): void {
      [done, total, came, since, last] = [there, all, 0, Date.now(), 0];
    },
    add(bytes: number): void {
      done += bytes;
      came += bytes;
      if (Date.now() - last < interval && done !== total) return;
      last = Date.now();
      const speed = came / Math.max((last - since) / 1000, 0.001);
      const amount = total === undefined ? megabytes(done) : `${(done / 1e6).toFixed(1)} / ${megabytes(total)}`;
      const rate = `${megabytes(speed)}/s`;
      const left = total === undefined ? undefined : duration((total - done) / speed);
      report({
        ja: [amount, rate, ...(left === undefined ? [] : [`残り ${left}`])].join('、'),
        en: [amount, rate, ...(left === undefined ? [] : [`${left} left`])].join(', '),
      });
    },
  };
}

/** For example `12.3 MB`. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function duration(seconds: number): string {
  const rounded = Math.ceil(seconds);
  return rounded < 60 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}
