/**
 * The image of the sample workload: a web server of the Kubernetes project's own tests, for amd64 and arm64, that runs as
 * any user. Its source is `test/images/agnhost` of the Kubernetes module; this tag is the one that 1.36's tests use.
 */
export const sampleImage = 'registry.k8s.io/e2e-test-images/agnhost:2.63.0';
