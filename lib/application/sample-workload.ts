/** How much of its CPU request a pod of the sample workload is to use before the autoscaler adds another, in percent. */
export const webCpuTarget = 70;
