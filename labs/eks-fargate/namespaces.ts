/** A namespace that no Fargate profile selects, for a pod that stays Pending. */
export const outside = 'outside-profiles';
