/** The scheduler that EKS gives the pods of Fargate profiles to. */
export const schedulerName = 'fargate-scheduler';

/** The label by which EKS says which profile a pod belongs to. */
export const profileLabel = 'eks.amazonaws.com/fargate-profile';

/** The label, the taint and the annotation by which EKS tells Fargate from EC2. */
export const computeType = 'eks.amazonaws.com/compute-type';
