import type { LabChecks } from '../../lib/model/check.ts';
import { clusterIp, endpoints, dns, headless } from './checks-of-services.ts';
import { nodePort, loadBalancer, networkPolicy } from './checks-of-exposure.ts';

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: {
    endpoints,
    dns,
    headless,
    'node-port': nodePort,
    'load-balancer': loadBalancer,
    'network-policy': networkPolicy,
  },
  questions: { 'cluster-ip': clusterIp },
};
