import type { V1EnvVar } from '../kubernetes-types.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { approximate, exact } from '../finding.ts';
import { labelsOf } from './identity.ts';
import { dnsLabel } from '../names.ts';
import type { Plan, PlannedContainer } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** The services that keep secrets on AWS, and the names of what stands for them. */
type Service = 'SecretsManager' | 'ParameterStore';

/** Where a secret is: what `valueFrom` says. Its value is never read. */
interface SecretSource {
  readonly service: Service;
  readonly region?: string;
  /** The secret's ARN, or the parameter's name. */
  readonly key: string;
  /** A key of the JSON in a secret. */
  readonly property?: string;
  /** A stage, or `uuid/` and the ID of a version, as External Secrets writes it. */
  readonly version?: string;
}

/** The parts of an ARN of a secret before its JSON key, stage and version. */
const secretArnParts = 7;

/**
 * Reads `valueFrom`.
 *
 * @see Amazon ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables", and External
 * Secrets Operator, "AWS Secrets Manager", secret versions (read November 2026)
 */
export function secretSource(valueFrom: string): SecretSource {
  const parts = valueFrom.split(':');
  const region = parts[0] === 'arn' ? parts[3] : undefined;
  if (parts[0] === 'arn' && parts[2] === 'secretsmanager') {
    const [property, stage, id] = parts.slice(secretArnParts);
    return {
      service: 'SecretsManager',
      ...(region && { region }),
      key: parts.slice(0, secretArnParts).join(':'),
      ...(property && { property }),
      ...(stage ? { version: stage } : id ? { version: `uuid/${id}` } : {}),
    };
  }
  const name =
    parts[0] === 'arn'
      ? parts
          .slice(5)
          .join(':')
          .replace(/^parameter/, '')
      : valueFrom;
  // The ARN of a parameter without a path has a slash that its name has not.
  const key = parts[0] === 'arn' && !name.slice(1).includes('/') ? name.slice(1) : name;
  return { service: 'ParameterStore', ...(region && { region }), key };
}

const inPod = ({ containers }: Plan): readonly PlannedContainer[] =>
  containers.filter(({ role }) => role !== 'dropped');

/** A secret that a container has as a variable, and where its copy is in the cluster. */
interface Copy {
  readonly variable: string;
  readonly source: SecretSource;
  /** The name of the Secret. */
  readonly secret: string;
  readonly secretKey: string;
}

const suffixes: Readonly<Record<Service, string>> = { SecretsManager: 'secrets', ParameterStore: 'parameters' };

/** The secrets of all containers. The same source has one key, named after the first variable that it fills. */
function copiesOf(plan: Plan): ReadonlyMap<PlannedContainer, readonly Copy[]> {
  const keys = new Map<string, string>();
  const keyOf = (secret: string, variable: string, valueFrom: string): string => {
    const source = `${secret} ${valueFrom}`;
    const known = keys.get(source);
    if (known !== undefined) return known;
    const taken = new Set([...keys].filter(([of]) => of.startsWith(`${secret} `)).map(([, key]) => key));
    const wanted = variable.replaceAll(/[^A-Za-z0-9._-]/g, '-');
    let key = wanted;
    for (let number = 2; taken.has(key); number++) key = `${wanted}-${number}`;
    keys.set(source, key);
    return key;
  };
  return new Map(
    inPod(plan).map((container) => [
      container,
      (container.source.secrets ?? []).map(({ name = '', valueFrom = '' }): Copy => {
        const source = secretSource(valueFrom);
        const regional = source.region === undefined || source.region === regionOf(plan) ? '' : `-${source.region}`;
        const secret = dnsLabel(`${plan.name}-${suffixes[source.service]}${regional}`);
        return { variable: name, source, secret, secretKey: keyOf(secret, name, valueFrom) };
      }),
    ]),
  );
}

/** The region of the task, which a parameter without an ARN is in; undefined when nothing says it. */
function regionOf({ input: { taskDefinition, service } }: Plan): string | undefined {
  const arn = /^arn:[^:]*:[^:]*:([a-z]{2}-[a-z-]+-\d)/;
  const ecr = /\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\./;
  const containers = taskDefinition.containerDefinitions ?? [];
  return [
    ...[service?.cluster, ...(service?.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn)].map(
      (text) => arn.exec(text ?? '')?.[1],
    ),
    ...containers.map(({ logConfiguration }) => logConfiguration?.options?.['awslogs-region']),
    ...containers.flatMap(({ secrets = [] }) => secrets.map(({ valueFrom = '' }) => arn.exec(valueFrom)?.[1])),
    ...containers.map(({ image = '' }) => ecr.exec(image)?.[1]),
  ].find((region) => region !== undefined);
}

/** The variables of a container that come from secrets. */
export const secretVariablesOf = (plan: Plan, container: PlannedContainer): V1EnvVar[] =>
  (copiesOf(plan).get(container) ?? []).map(({ variable, secret, secretKey }) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: secret, key: secretKey } },
  }));

/** The Secret with the credentials of a registry. */
export const pullSecretName = ({ name }: Plan): string => dnsLabel(`${name}-registry`);

/** What a region is called that the input does not say. */
const unknownRegion = 'REGION';

/**
 * Objects of the External Secrets Operator: where secrets are kept, and which ones become Secrets. They need the
 * operator.
 */
export function externalSecretsOf(plan: Plan): readonly KubernetesObject[] {
  const copies = [...copiesOf(plan).values()].flat();
  const labels = labelsOf(plan);
  return [...new Set(copies.map(({ secret }) => secret))].flatMap((secret): KubernetesObject[] => {
    const all = copies.filter((copy) => copy.secret === secret);
    const { service, region = regionOf(plan) ?? unknownRegion } = all[0]!.source;
    const distinct = all.filter(
      (copy, index) => all.findIndex(({ secretKey }) => secretKey === copy.secretKey) === index,
    );
    return [
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name: secret, labels },
        spec: { provider: { aws: { service, region } } },
      },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: secret, labels },
        spec: {
          refreshInterval: '1h',
          secretStoreRef: { kind: 'SecretStore', name: secret },
          target: { name: secret, creationPolicy: 'Owner' },
          data: distinct.map(({ secretKey, source: { key, property, version } }) => ({
            secretKey,
            remoteRef: { key, ...(property !== undefined && { property }), ...(version !== undefined && { version }) },
          })),
        },
      },
    ];
  });
}

/** Secrets of containers. */
export const secretRules: Rules = {
  'containerDefinitions[].secrets[].name': exact('変数の名前は同じです。', 'The variable has the same name.', {
    to: 'container.env',
    lab: 'security',
  }),
  'containerDefinitions[].secrets[].valueFrom': rule<string>(({ plan, container, indexes }) => {
    const { secret, secretKey, source } = copiesOf(plan).get(container)![indexes[1]!]!;
    const region = source.region === undefined && regionOf(plan) === undefined;
    return approximate(
      `Secret ${secret} のキー ${secretKey} になります。値は読んでいません。add-ons の ExternalSecret が（External Secrets Operator があれば）写します。オペレーターを使わないなら: kubectl create secret generic ${secret} --from-literal=${secretKey}=VALUE。ECS はタスクの起動時に読み、こちらは 1 時間ごとに写しますが、動いているコンテナの変数は再起動まで変わりません。${region ? `SecretStore の ${unknownRegion} をリージョンに変えてください。` : ''}`,
      `It becomes key ${secretKey} of Secret ${secret}. Its value was not read. The ExternalSecret among the add-ons copies it where the External Secrets Operator runs; without the operator: kubectl create secret generic ${secret} --from-literal=${secretKey}=VALUE. ECS reads it when a task starts; the operator copies it every hour, and a running container keeps the old variable.${region ? ` Replace ${unknownRegion} in the SecretStore by the region.` : ''}`,
      { todo: 'elsewhere', to: 'container.env', lab: 'security' },
    );
  }),
};
