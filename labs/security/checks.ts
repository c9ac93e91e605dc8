import type { LabChecks } from '../../lib/model/check.ts';
import { identity, rights, serviceAccounts } from './checks-of-access.ts';
import { podSecurity, imagePolicy } from './checks-of-pods.ts';
import { secrets, audit } from './checks-of-data.ts';

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: {
    rbac: rights,
    'service-accounts': serviceAccounts,
    'pod-security': podSecurity,
    'image-policy': imagePolicy,
    secrets,
    audit,
  },
  questions: { identity },
};
