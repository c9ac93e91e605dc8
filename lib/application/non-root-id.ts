/**
 * The user and group that sample containers run as, on Kubernetes and on ECS. Any unprivileged number would do; this is
 * the one that distroless images call `nonroot`.
 */
export const nonRootId = 65532;
