import { type IMachineImage, MachineImage } from 'aws-cdk-lib/aws-ec2';
import { type InstanceTypeName, instanceTypes } from '../catalog/instance-types.ts';

/** How long CloudFormation waits for nodes, as ISO 8601 has it: packages, images, and control planes one after the other. */
export const nodesReadyWithin = 'PT40M';

/** The name of the disk that Amazon Linux starts from. */
export const rootDevice = '/dev/xvda';

/**
 * The newest Amazon Linux 2023 at the moment that an instance starts. Resolved by EC2 and not by CloudFormation, to which
 * a newer image would be a reason to replace a control plane, with its member of etcd.
 */
export const amazonLinux = (instanceType: InstanceTypeName): IMachineImage =>
  MachineImage.resolveSsmParameterAtLaunch(
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architectures[instanceTypes[instanceType].architecture]}`,
  );

const architectures = { amd64: 'x86_64', arm64: 'arm64' } as const;
