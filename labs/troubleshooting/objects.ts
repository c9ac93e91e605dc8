import { stringify } from 'yaml';
import { sampleWorkloadYaml } from '../../charts/web.ts';

/** The ServiceAccount that may only list the lab's pods. */
export const reporter = 'reporter';

/** The sample workload, with its settings, and a ServiceAccount that reads its pods. */
export function troubleshootingYaml(namespace: string): string {
  const metadata = { name: reporter, namespace };
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-settings', namespace }, data: { greeting: 'hello' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: reporter },
      subjects: [{ kind: 'ServiceAccount', name: reporter, namespace }],
    },
  ];
  return [sampleWorkloadYaml(namespace), ...objects.map((object) => stringify(object))].join('---\n');
}
