/**
 * The image of the sample workload: the web server of Kubernetes' own tests, for amd64 and arm64. It runs as any user.
 * Its source is the folder test/images/agnhost of Kubernetes; the tests of Kubernetes 1.36 use this tag.
 */
export const sampleImage = 'registry.k8s.io/e2e-test-images/agnhost:2.63.0';
