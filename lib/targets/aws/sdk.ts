import type { STS } from '@aws-sdk/client-sts';
import { refusePages } from './foreign-answer.ts';
import type { AwsCalls, Clients, OperationName, Operations } from './operations.ts';

/** What every client of the SDK is made with. */
interface ClientConfig {
  readonly region: string;
  /** Throttled and interrupted calls are made again, each time after a longer pause. */
  readonly maxAttempts: number;
}

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

  constructor(region: string) {
    this.region = region;
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
      throw error;
    }
  }

  #client(name: keyof Clients): Promise<Methods> {
    const made = this.#clients.get(name) ?? this.#make(name);
    this.#clients.set(name, made);
    return made;
  }

  async #make(name: keyof Clients): Promise<Methods> {
    const client: unknown = await makers[name]({ region: this.region, maxAttempts: 6 });
    // The part that all clients have in common.
    (client as Pick<STS, 'middlewareStack'>).middlewareStack.add(refusePages, {
      step: 'deserialize',
      priority: 'low',
      name: 'refusePages',
    });
    return client as Methods;
  }
}
