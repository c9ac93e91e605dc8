/**
 * A text in which Kubernetes expands nothing. In `command`, `args`, probes and values of `env` it replaces `$(NAME)`,
 * and reads `$$` as one `$`; ECS does neither.
 *
 * @see Kubernetes v1.36.3, third_party/forked/golang/expansion/expand.go
 */
export const literally = (text: string): string => text.replaceAll(/\$(?=\()|\${2,}/g, (run) => run + run);
