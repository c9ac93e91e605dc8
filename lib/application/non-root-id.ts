/**
 * The user and group of sample containers, on Kubernetes and on ECS. Any unprivileged number works; distroless images
 * call this one `nonroot`.
 */
export const nonRootId = 65532;
