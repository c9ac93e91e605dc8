import type { ApplicationDescription } from '../application/application.ts';
import { sampleImage } from '../application/sample-image.ts';

/**
 * The application that runs on both sides of the table: the web server of the Kubernetes project's own tests, whose
 * image has `curl` for ECS's health check (`test/images/agnhost/Dockerfile` of the Kubernetes module v1.36.3).
 * The numbers differ from each other where they can, so that a comparison can't mistake one for another.
 * Data only: what it is billed for is asked by commands that have no time to load the checks of its values.
 */
export const webDescription = {
  name: 'web',
  image: sampleImage,
  // On SIGTERM it goes on serving for as long as load balancing needs to notice.
  args: ['netexec', '--http-port=8080', '--delay-shutdown=5'],
  port: 8080,
  environment: { VERSION: '1' },
  vcpus: 0.25,
  memoryMib: 512,
  healthCheck: { path: '/healthz', intervalSeconds: 10, timeoutSeconds: 5, retries: 3, graceSeconds: 20 },
  replicas: 3,
  minAvailable: 2,
  minReplicas: 3,
  maxReplicas: 6,
  targetCpuPercent: 70,
} as const satisfies ApplicationDescription;
