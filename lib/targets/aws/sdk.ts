import type { STS } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { refusePages } from './foreign-answer.ts';
import { EnvironmentAgent } from './http-agent.ts';
import type { AwsCalls, Clients, OperationName, Operations } from './operations.ts';

/** What every client of the SDK is made with. */
interface ClientConfig {
  readonly region: string;
  /** Throttled and interrupted calls are made again, each time after a longer pause. */
  readonly maxAttempts: number;
  /** How requests are sent. */
  readonly requestHandler: NodeHttpHandler;
  /** Whose credentials are used. One for all clients: a role is assumed once. */
  readonly credentials: ReturnType<typeof defaultProvider>;
}

/** How often a call is made that is throttled or interrupted. */
const maxAttempts = 6;

/** How long a host, or a proxy, may take to accept a connection, and AWS to answer, in milliseconds. */
const timeouts = { connectionTimeout: 10_000, requestTimeout: 60_000 };

/** How each client is made. Its module loads then: a command needs few of them. */
const makers: { readonly [Name in keyof Clients]: (config: ClientConfig) => Promise<Clients[Name]> } = {
  cloudformation: async (config) => new (await import('@aws-sdk/client-cloudformation')).CloudFormation({ ...config }),
  ec2: async (config) => new (await import('@aws-sdk/client-ec2')).EC2({ ...config }),
  ecs: async (config) => new (await import('@aws-sdk/client-ecs')).ECS({ ...config }),
  eks: async (config) => new (await import('@aws-sdk/client-eks')).EKS({ ...config }),
  elb: async (config) =>
    new (await import('@aws-sdk/client-elastic-load-balancing')).ElasticLoadBalancing({ ...config }),
  elbv2: async (config) =>
    new (await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2({ ...config }),
  iam: async (config) => new (await import('@aws-sdk/client-iam')).IAM({ ...config }),
  kms: async (config) => new (await import('@aws-sdk/client-kms')).KMS({ ...config }),
  logs: async (config) => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs({ ...config }),
  quotas: async (config) => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotas({ ...config }),
  ssm: async (config) => new (await import('@aws-sdk/client-ssm')).SSM({ ...config }),
  sts: async (config) => new (await import('@aws-sdk/client-sts')).STS({ ...config }),
  tagging: async (config) =>
    new (await import('@aws-sdk/client-resource-groups-tagging-api')).ResourceGroupsTaggingAPI({ ...config }),
};

/** A client as {@link Aws} sees it: its methods, which operations name. */
type Methods = Readonly<
  Record<string, (input: unknown, options: { readonly abortSignal?: AbortSignal }) => Promise<unknown>>
>;

/** AWS itself, with the credentials that the SDK finds by itself: environment, profile, sign-in, role of the machine. */
export class Aws implements AwsCalls {
  readonly region: string;
  readonly #clients = new Map<string, Promise<Methods>>();
  readonly #config: ClientConfig;

  /** @param timeouts in milliseconds. @default 10 seconds for a connection, 60 for an answer */
  constructor(region: string, { connectionTimeout, requestTimeout } = timeouts) {
    this.region = region;
    const requestHandler = new NodeHttpHandler({
      httpsAgent: new EnvironmentAgent(),
      connectionTimeout,
      requestTimeout,
      throwOnRequestTimeout: true,
    });
    this.#config = {
      region,
      maxAttempts,
      requestHandler,
      // Credentials are fetched with clients of their own, which the proxy and the authorities are for as well.
      credentials: defaultProvider({ clientConfig: { requestHandler } }),
    };
  }

  async call<Name extends OperationName>(
    name: Name,
    input: Operations[Name]['in'],
    signal?: AbortSignal,
  ): Promise<Operations[Name]['out']> {
    const [client, operation] = name.split('.') as [keyof Clients, string];
    const methods = await this.#client(client);
    const method = methods[operation.charAt(0).toLowerCase() + operation.slice(1)];
    if (method === undefined) throw new Error(`The SDK has no operation ${name}.`);
    const options = signal === undefined ? {} : { abortSignal: signal };
    try {
      return (await method.call(methods, input, options)) as Operations[Name]['out'];
    } catch (error) {
      // For the sentence that says which permission is missing: few services name it.
      if (error instanceof Error) Object.assign(error, { operation: name });
      // The SDK says how long it waited, and not for what.
      if (error instanceof Error && error.name === 'TimeoutError')
        error.message = `${name} in ${this.region}: ${error.message}`;
      throw error;
    }
  }

  #client(name: keyof Clients): Promise<Methods> {
    const made = this.#clients.get(name) ?? this.#make(name);
    this.#clients.set(name, made);
    return made;
  }

  async #make(name: keyof Clients): Promise<Methods> {
    const client: unknown = await makers[name](this.#config);
    // The part that all clients have in common.
    (client as Pick<STS, 'middlewareStack'>).middlewareStack.add(refusePages, {
      step: 'deserialize',
      priority: 'low',
      name: 'refusePages',
    });
    return client as Methods;
  }
}
