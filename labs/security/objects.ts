import { stringify } from 'yaml';
import { sampleImage } from '../../lib/application/sample-image.ts';

const rbac = 'rbac.authorization.k8s.io';

/** The Secret that task `secrets` creates, and that too many service accounts may read. */
export const secret = 'shop-db';

/** The Deployment that is older than the security measures. */
export const legacy = 'legacy';

/**
 * A namespace without security measures: no Pod Security label, a pod that runs as root, and two bindings to groups of
 * service accounts: one for the namespace, as intended, and one for the whole cluster.
 */
export function securityYaml(namespace: string): string {
  const role = (name: string, resource: string, names: object) => [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name, namespace },
      rules: [{ apiGroups: [''], resources: [resource], verbs: ['get'], ...names }],
    },
  ];
  const binding = (name: string, roleName: string, group: string) => ({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: rbac, kind: 'Role', name: roleName },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: group }],
  });
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: legacy, namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: legacy } },
        template: {
          metadata: { labels: { app: legacy } },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 1,
            // Set although it is the default of the image, because the lab must not depend on the image.
            securityContext: { runAsUser: 0 },
            containers: [
              {
                name: 'main',
                image: sampleImage,
                args: ['pause'],
                resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } },
              },
            ],
          },
        },
      },
    },
    ...role('settings', 'configmaps', {}),
    ...role('tools', 'secrets', { resourceNames: [secret] }),
    binding('dashboards', 'settings', `system:serviceaccounts:${namespace}`),
    binding('deploy-tools', 'tools', 'system:serviceaccounts'),
  ];
  return objects.map((object) => stringify(object)).join('---\n');
}
