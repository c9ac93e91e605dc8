/** A namespace that no Fargate profile names, to see what becomes of a pod there. */
export const outside = 'outside-profiles';
