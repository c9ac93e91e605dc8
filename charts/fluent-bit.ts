/**
 * AWS's image of Fluent Bit, for amd64 and arm64. It supports EKS Pod Identity since 2025 (fluent/fluent-bit, pull
 * request 10115).
 */
export const fluentBitImage =
  'public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.15@sha256:88e1b56cedb230486afeca6eeb26c5f6bd59c48879d0054d1674d5a58838c607';

/** A section in Fluent Bit's classic configuration format. */
export const section = (name: string, keys: Readonly<Record<string, string>>): string =>
  [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `    ${key} ${value}`), ''].join('\n');
