import type { ObjectShape } from './shape.ts';

/** The fields of a target group that decide something here. */
export const targetGroupFields = {
  targetGroupArn: 'string',
  targetType: 'string',
  protocol: 'string',
  port: 'number',
  healthCheckEnabled: 'boolean',
  healthCheckProtocol: 'string',
  healthCheckPort: 'string',
  healthCheckPath: 'string',
  healthCheckIntervalSeconds: 'number',
  healthCheckTimeoutSeconds: 'number',
  healthyThresholdCount: 'number',
  unhealthyThresholdCount: 'number',
} as const satisfies ObjectShape;

/** The fields of Application Auto Scaling that decide something here. */
export const scalingFields = {
  minCapacity: 'number',
  maxCapacity: 'number',
  policies: {
    list: {
      policyName: 'string',
      policyType: 'string',
      predefinedMetric: 'string',
      targetValue: 'number',
      scaleInCooldown: 'number',
      scaleOutCooldown: 'number',
      disableScaleIn: 'boolean',
    },
  },
} as const satisfies ObjectShape;

/** The fields of a schedule. */
export const scheduleFields = { expression: 'string', timeZone: 'string' } as const satisfies ObjectShape;
