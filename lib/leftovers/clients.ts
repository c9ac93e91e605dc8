import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Clients of the services that may have leftovers. */
export interface AwsClients {
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  /** Classic load balancers. */
  readonly elb: ElasticLoadBalancingClient;
  /** Application and network load balancers. */
  readonly elbv2: ElasticLoadBalancingV2Client;
}

/** Options of {@link awsClients}. */
export type AwsClientOptions = Pick<EC2ClientConfig, 'region' | 'credentials' | 'requestHandler'>;

/**
 * Creates clients that try a throttled or failed call up to six times within about 15 seconds, in the SDK's standard
 * retry mode, and that give up on a silent connection.
 *
 * @param options @default the region and credentials of the process
 * @see AWS SDKs and Tools Reference Guide, "Retry behavior":
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function awsClients(options: AwsClientOptions = {}): AwsClients {
  const config = {
    maxAttempts: 6,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
    ...options,
  };
  return {
    ec2: new EC2Client(config),
    eks: new EKSClient(config),
    elb: new ElasticLoadBalancingClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
  };
}
