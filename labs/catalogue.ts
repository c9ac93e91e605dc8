import { UsageError } from '../lib/core/errors.ts';
import { unknownNameText } from '../lib/core/closest.ts';
import type { Lab } from '../lib/model/lab.ts';
import { clusterAnatomyLab } from './cluster-anatomy/lab.ts';
import { ec2AndFargateLab } from './ec2-and-fargate/lab.ts';
import { ecsAndEksLab } from './ecs-and-eks/lab.ts';
import { eksEc2Lab } from './eks-ec2/lab.ts';
import { eksFargateLab } from './eks-fargate/lab.ts';
import { networkingLab } from './networking/lab.ts';
import { operationsLab } from './operations/lab.ts';
import { schedulingLab } from './scheduling/lab.ts';
import { securityLab } from './security/lab.ts';
import { troubleshootingLab } from './troubleshooting/lab.ts';
import { workloadsLab } from './workloads/lab.ts';

/** All labs, in the order of the chapter. A new lab needs one folder and one line here. */
export const labs: readonly Lab[] = [
  eksEc2Lab,
  ec2AndFargateLab,
  eksFargateLab,
  ecsAndEksLab,
  clusterAnatomyLab,
  schedulingLab,
  workloadsLab,
  networkingLab,
  securityLab,
  operationsLab,
  troubleshootingLab,
];

/**
 * The lab with this id.
 *
 * @throws UsageError that suggests the closest id when there is no such lab
 */
export function labOf(id: string): Lab {
  const lab = labs.find((candidate) => candidate.id === id);
  if (lab !== undefined) return lab;
  throw new UsageError(
    unknownNameText(
      { ja: 'ラボ', en: 'lab' },
      id,
      labs.map((candidate) => candidate.id),
    ),
  );
}
