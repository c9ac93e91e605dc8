import type { Stack } from 'aws-cdk-lib/core';

/**
 * The host name by which a condition `kms:ViaService` knows a service in the region of a stack. Its end is another one in
 * some partitions.
 *
 * @param service for example `s3`
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export const serviceHost = (service: string, { region, urlSuffix }: Stack): string =>
  `${service}.${region}.${urlSuffix}`;
