/** A rule of an audit policy, in audit.k8s.io/v1. */
export interface AuditRule {
  readonly level: 'None' | 'Metadata' | 'Request' | 'RequestResponse';
  readonly verbs?: readonly string[];
  readonly resources?: readonly { readonly group: string; readonly resources?: readonly string[] }[];
  readonly omitManagedFields?: boolean;
}

/**
 * Rules that log the objects of writes to what is drawn: only from them can be told what a write changed, and how an
 * object is called that the API server named. They come before a rule of level Metadata. No kind that holds secrets is
 * among them, nor tokens, which are a subresource of service accounts.
 *
 * @see https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
export const rulesForDrawnWrites: readonly AuditRule[] = [
  {
    level: 'RequestResponse',
    verbs: ['create', 'update', 'patch', 'delete'],
    // Who owns which field is half of an object, and is not drawn.
    omitManagedFields: true,
    resources: [
      {
        group: '',
        resources: [
          ...['namespaces', 'namespaces/*', 'nodes', 'nodes/status', 'services', 'services/status'],
          ...['pods', 'pods/binding', 'pods/eviction', 'pods/resize', 'pods/status', 'pods/ephemeralcontainers'],
        ],
      },
      { group: 'apps' },
      { group: 'autoscaling' },
      { group: 'batch' },
      { group: 'discovery.k8s.io' },
      { group: 'policy' },
    ],
  },
];
