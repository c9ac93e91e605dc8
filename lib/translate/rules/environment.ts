import type { V1ConfigMap, V1EnvFromSource, V1EnvVar } from '../kubernetes-types.ts';
import { approximate, exact, input } from '../finding.ts';
import { literally } from '../escape.ts';
import { labelsOf } from './identity.ts';
import { dnsLabel } from '../names.ts';
import type { Plan, PlannedContainer } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** The variables whose values are written. Secrets follow them, in `secrets.ts`. */
export const variablesOf = ({ source }: PlannedContainer): V1EnvVar[] =>
  (source.environment ?? []).map(({ name = '', value = '' }) => ({ name, value: literally(value) }));

/** The name of the ConfigMap that stands for a file of variables in S3. */
const configMapName = (plan: Plan, arn: string): string =>
  dnsLabel(`${plan.name}-${arn.replace(/^arn:[^:]*:s3:::[^/]*\//, '').replace(/\.env$/, '')}-env`);

/** The files of variables that a container reads. */
export const variableFilesOf = (plan: Plan, { source }: PlannedContainer): V1EnvFromSource[] =>
  (source.environmentFiles ?? []).map(({ value = '' }) => ({ configMapRef: { name: configMapName(plan, value) } }));

/** An empty ConfigMap for each file of variables; its keys are the file's. */
export function configMapsOf(plan: Plan): readonly V1ConfigMap[] {
  const files = plan.containers
    .filter(({ role }) => role !== 'dropped')
    .flatMap(({ source }) => source.environmentFiles ?? [])
    .map(({ value = '' }) => configMapName(plan, value));
  return [...new Set(files)].map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: labelsOf(plan) },
    data: {},
  }));
}

/** Words in the names of variables whose values should not be in a file that many can read. */
const secretive = /pass(word|wd|phrase)?\b|pass(word|wd)|secret|token|api_?key|private_?key|credential/i;

/** A password within a connection string or an address. */
const embedded = /(password|pwd|secret)=[^;\s]+|:\/\/[^/\s:@]+:[^/\s@]+@/i;

/** Whether a variable seems to have a secret in it. An ARN is a reference. */
export const looksSecret = (name: string, value: string): boolean =>
  embedded.test(value) ||
  (secretive.test(name.replaceAll('__', '_')) &&
    value !== '' &&
    !value.startsWith('arn:') &&
    !/^(true|false|yes|no|\d+)$/i.test(value));

/** Variables of containers. */
export const environmentRules: Rules = {
  'containerDefinitions[].environment[].name': exact('名前は同じです。', 'The same name.', {
    to: 'container.env',
    lab: 'workloads',
  }),
  'containerDefinitions[].environment[].value': rule<string>(({ value, container, indexes }) => {
    const { name = '' } = container.source.environment![indexes[1]!]!;
    if (looksSecret(name, value)) {
      return exact(
        `値は同じですが、${name} は秘密の値に見えます。マニフェストを読める人は誰でも読めます。Secret に移して secretKeyRef で参照してください。`,
        `The same value, but ${name} looks like a secret: everyone who reads the manifest reads it. Move it to a Secret, and refer to it by secretKeyRef.`,
        { todo: 'decide', to: 'container.env', lab: 'security' },
      );
    }
    if (value.includes('ECS_CONTAINER_METADATA_URI') || name.startsWith('ECS_CONTAINER_METADATA')) {
      return approximate(
        '値は同じですが、タスクメタデータエンドポイントは Kubernetes にありません。Downward API を使います。',
        'The same value, but there is no task metadata endpoint here. Use the downward API.',
        { todo: 'decide', to: 'container.env', lab: 'workloads' },
      );
    }
    return literally(value) === value
      ? exact('値は同じです。', 'The same value.', { to: 'container.env', lab: 'workloads' })
      : exact(
          '値は同じです。$ は、Kubernetes が $(NAME) を展開しないように二重にしました。',
          'The same value. A $ is doubled where Kubernetes would expand $(NAME).',
          { to: 'container.env', lab: 'workloads' },
        );
  }),
  'containerDefinitions[].environmentFiles[].value': rule<string>(({ value, plan }) =>
    input(
      `S3 のファイルは読んでいません。ConfigMap ${configMapName(plan, value)} に写します: aws s3 cp s3://${value.split(':::')[1] ?? ''} vars.env && kubectl create configmap ${configMapName(plan, value)} --from-env-file=vars.env --dry-run=client -o yaml。ECS は起動のたびに読みますが、ConfigMap はその時点の写しです。秘密の値があれば Secret にします。`,
      `The file in S3 was not read. Copy it into ConfigMap ${configMapName(plan, value)}: aws s3 cp s3://${value.split(':::')[1] ?? ''} vars.env && kubectl create configmap ${configMapName(plan, value)} --from-env-file=vars.env --dry-run=client -o yaml. ECS reads the file at each start; a ConfigMap is a copy of today. What is secret belongs into a Secret.`,
      { todo: 'elsewhere', to: 'container.envFrom', lab: 'workloads' },
    ),
  ),
  'containerDefinitions[].environmentFiles[].type': exact(
    'environment が環境ファイルに優先するのは、env が envFrom に優先するのと同じです。',
    '`environment` takes precedence over files, as `env` does over `envFrom`.',
    { to: 'container.envFrom', lab: 'workloads' },
  ),
};
