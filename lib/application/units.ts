/** CPU units of ECS that make a vCPU. */
const unitsPerVcpu = 1024;

/** Thousandths of a core, in which Kubernetes counts, that make a vCPU. */
const millicoresPerVcpu = 1000;

/** CPU units of ECS for a number of vCPUs. */
export const cpuUnits = (vcpus: number): number => vcpus * unitsPerVcpu;

/** CPU units as thousandths of a core, at least one. */
export const millicores = (units: number): number =>
  Math.max(1, Math.round((units * millicoresPerVcpu) / unitsPerVcpu));

/** Thousandths of a core as Kubernetes writes them in files: `250m`, and `2` for whole cores. */
export const cpuQuantity = (milli: number): string =>
  milli % millicoresPerVcpu === 0 ? String(milli / millicoresPerVcpu) : `${milli}m`;

/** MiB as Kubernetes writes them: `512Mi`, and `2Gi` for whole GiB. */
export const memoryQuantity = (mib: number): string => (mib % 1024 === 0 && mib > 0 ? `${mib / 1024}Gi` : `${mib}Mi`);
