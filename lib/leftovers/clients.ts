import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

/** The services in which leftovers are looked for. */
export interface AwsClients {
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  /** Classic load balancers. */
  readonly elb: ElasticLoadBalancingClient;
  /** Application and network load balancers. */
  readonly elbv2: ElasticLoadBalancingV2Client;
}

/** What the clients may be told. */
export type AwsClientOptions = Pick<EC2ClientConfig, 'region' | 'credentials' | 'requestHandler'>;

/**
 * Clients that try a throttled or failed call up to six times, over about 15 seconds, as the SDK's standard retry mode
 * does (AWS SDKs and Tools Reference Guide, "Retry behavior"), and give up on a connection that is silent.
 *
 * @param options @default the region and credentials of the process
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
