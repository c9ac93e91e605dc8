/** The autoscaler's target for the CPU utilization of the sample workload, in percent of the pods' CPU request. */
export const webCpuTarget = 70;
