import { cpuUnits } from '../application/units.ts';

/**
 * The CPU units that a task definition's `cpu` says: `256`, `.5 vCPU`, `1 vcpu`; undefined for anything else.
 *
 * @see Amazon ECS Developer Guide, "Task definition parameters", task size (read November 2026)
 */
export function taskCpuUnits(text: string): number | undefined {
  const { number, vcpu } = /^\s*(?<number>\d+|\d*\.\d+)\s*(?<vcpu>vcpu)?\s*$/i.exec(text)?.groups ?? {};
  if (number === undefined) return undefined;
  const units = vcpu === undefined ? Number(number) : cpuUnits(Number(number));
  return Number.isInteger(units) && units > 0 ? units : undefined;
}

/** The MiB that a task definition's `memory` says: `512`, `1GB`, `0.5 GB` (1 GB is 1024 MiB); undefined otherwise. */
export function taskMemoryMib(text: string): number | undefined {
  const { number, unit } = /^\s*(?<number>\d+|\d*\.\d+)\s*(?<unit>gb|mb)?\s*$/i.exec(text)?.groups ?? {};
  if (number === undefined) return undefined;
  const mib = unit?.toLowerCase() === 'gb' ? Number(number) * 1024 : Number(number);
  return Number.isInteger(mib) && mib > 0 ? mib : undefined;
}
