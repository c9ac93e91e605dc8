import { ExternalError } from '../../core/errors.ts';
import type { NamedText } from './read-input.ts';

/** What is read from AWS, with the credentials of the person who runs the command. */
export interface AwsSource {
  /** `FAMILY`, `FAMILY:REVISION`, or an ARN. */
  readonly taskDefinition: string;
  /** @default the cluster named default */
  readonly cluster?: string;
  /** Without it, only the task definition is read. */
  readonly service?: string;
}

/**
 * Reads a task definition, its service, and the target groups and scaling of that.
 *
 * @throws ExternalError with what AWS said
 */
export async function readFromAws({ taskDefinition, cluster, service }: AwsSource): Promise<readonly NamedText[]> {
  const { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } = await import('@aws-sdk/client-ecs');
  const ecs = new ECSClient();
  const texts: NamedText[] = [];
  const read = async <T extends object>(name: string, of: () => Promise<T>): Promise<T> => {
    const answer = await said(name, of);
    texts.push({ name, text: JSON.stringify({ ...answer, $metadata: undefined }) });
    return answer;
  };
  await read('ecs describe-task-definition', () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
  );
  if (service === undefined) return texts;
  const described = await said('ecs describe-services', () =>
    ecs.send(
      new DescribeServicesCommand({
        ...(cluster !== undefined && { cluster }),
        services: [service],
        include: ['TAGS'],
      }),
    ),
  );
  const [found] = described.services ?? [];
  if (found === undefined || found.status === 'INACTIVE') {
    throw new ExternalError({
      ja: `クラスター ${cluster ?? 'default'} にサービス ${service} はありません。--cluster とリージョン（AWS_REGION）を確かめてください。`,
      en: `Cluster ${cluster ?? 'default'} has no service ${service}. See --cluster, and the region (AWS_REGION).`,
    });
  }
  texts.push({ name: 'ecs describe-services', text: JSON.stringify({ services: [found] }) });
  const groups = (found.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  if (groups.length > 0) {
    const { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } =
      await import('@aws-sdk/client-elastic-load-balancing-v2');
    await read('elbv2 describe-target-groups', () =>
      new ElasticLoadBalancingV2Client().send(new DescribeTargetGroupsCommand({ TargetGroupArns: groups })),
    );
  }
  await readScaling(found.clusterArn ?? '', found.serviceName ?? service, read);
  return texts;
}

async function readScaling(
  clusterArn: string,
  service: string,
  read: <T extends object>(name: string, of: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const { ApplicationAutoScalingClient, DescribeScalableTargetsCommand, DescribeScalingPoliciesCommand } =
    await import('@aws-sdk/client-application-auto-scaling');
  const scaling = new ApplicationAutoScalingClient();
  const resource = `service/${clusterArn.split('/').at(-1) ?? ''}/${service}`;
  const targets = await said('application-autoscaling describe-scalable-targets', () =>
    scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [resource] })),
  );
  if ((targets.ScalableTargets ?? []).length === 0) return;
  await read('application-autoscaling describe-scalable-targets', () => Promise.resolve(targets));
  await read('application-autoscaling describe-scaling-policies', () =>
    scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs', ResourceId: resource })),
  );
}

async function said<T>(name: string, of: () => Promise<T>): Promise<T> {
  try {
    return await of();
  } catch (error) {
    const { name: kind, message } = error as Error;
    const hint = /Credentials|Token|AccessDenied/.test(kind)
      ? {
          ja: '認証情報と権限を確かめてください: aws sts get-caller-identity',
          en: 'See your credentials and permissions: aws sts get-caller-identity',
        }
      : /Region/.test(message)
        ? { ja: 'リージョンを AWS_REGION で指定してください。', en: 'Give the region by AWS_REGION.' }
        : {
            ja: '名前とリージョン（AWS_REGION）を確かめてください。',
            en: 'See the name, and the region (AWS_REGION).',
          };
    throw new ExternalError({
      ja: `aws ${name} が失敗しました（${message}）。${hint.ja}`,
      en: `aws ${name} failed (${message}). ${hint.en}`,
    });
  }
}
