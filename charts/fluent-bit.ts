/** The image of Fluent Bit that AWS builds, for amd64 and arm64. From 2025 on it knows EKS Pod Identity (fluent/fluent-bit, pull request 10115). */
export const fluentBitImage =
  'public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.15@sha256:88e1b56cedb230486afeca6eeb26c5f6bd59c48879d0054d1674d5a58838c607';

/** A section in Fluent Bit's own format. */
export const section = (name: string, keys: Readonly<Record<string, string>>): string =>
  [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `    ${key} ${value}`), ''].join('\n');
