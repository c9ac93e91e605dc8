import { describe, expect, test } from '@jest/globals';
import type { V1Container, V1DeploymentSpec, V1PodSpec } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { UsageError } from '../../lib/core/errors.ts';
import type { EcsInput } from '../../lib/translate/ecs-input.ts';
import { literally } from '../../lib/translate/escape.ts';
import { yamlOf } from '../../lib/translate/output/yaml.ts';
import { cronScheduleOf } from '../../lib/translate/rules/schedule.ts';
import { secretSource } from '../../lib/translate/rules/secrets.ts';
import { nodeSelectorTerms } from '../../lib/translate/rules/placement.ts';
import { translate } from '../../lib/translate/translate.ts';
import { taskCpuUnits, taskMemoryMib } from '../../lib/translate/units.ts';
import { samples } from './samples.ts';

type Task = EcsInput['taskDefinition'];
type Container = NonNullable<Task['containerDefinitions']>[number];
type Service = NonNullable<EcsInput['service']>;

const objectOf = (input: EcsInput, kind: string) => {
  const { objects, addOns } = translate(input);
  return [...objects, ...addOns].find((object) => object.kind === kind);
};
const deploymentOf = (input: EcsInput) => objectOf(input, 'Deployment')!.spec as V1DeploymentSpec;
const podOf = (input: EcsInput): V1PodSpec => deploymentOf(input).template.spec!;
/** A task with one container, beside what a test is about. */
const one = (container: Partial<Container>, task: Partial<Task> = {}, service?: Partial<Service>): EcsInput => ({
  taskDefinition: { family: 'app', ...task, containerDefinitions: [{ name: 'app', image: 'app:1', ...container }] },
  ...(service !== undefined && { service: { serviceName: 'app', ...service } }),
});
const containerOf = (input: EcsInput): V1Container => podOf(input).containers[0]!;
const findingOf = (input: EcsInput, path: string) => translate(input).findings.find((finding) => finding.path === path);

describe('sizes', () => {
  test('1024 units are 1000m', () => {
    expect(containerOf(one({ cpu: 512, memory: 300, memoryReservation: 200 })).resources).toEqual({
      requests: { cpu: '500m', memory: '200Mi' },
      limits: { memory: '300Mi' },
    });
    expect([taskCpuUnits('.5 vCPU'), taskCpuUnits('1 vcpu'), taskCpuUnits('256'), taskCpuUnits('much')]).toEqual([
      512,
      1024,
      256,
      undefined,
    ]);
    expect([taskMemoryMib('3 GB'), taskMemoryMib('512'), taskMemoryMib('0.5GB'), taskMemoryMib('lots')]).toEqual([
      3072,
      512,
      512,
      undefined,
    ]);
  });

  test('the size of a task is that of its only container, and otherwise of the pod', () => {
    expect(containerOf(one({}, { cpu: '256', memory: '512' })).resources).toEqual({
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '250m', memory: '512Mi' },
    });
    const { resources, containers } = podOf({
      taskDefinition: {
        family: 'app',
        cpu: '1024',
        memory: '2048',
        requiresCompatibilities: ['FARGATE'],
        containerDefinitions: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1', cpu: 256, memory: 512 },
        ],
      },
    });
    expect(resources).toEqual({ requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '1', memory: '2Gi' } });
    // EKS Fargate adds up the requests of containers.
    expect(containers.map((each) => each.resources?.requests)).toEqual([
      { cpu: '750m', memory: '1536Mi' },
      { cpu: '250m', memory: '512Mi' },
    ]);
  });
});

describe('what a container executes', () => {
  test('entryPoint is command, and command is args', () => {
    const { command, args } = containerOf(one({ entryPoint: ['/entry'], command: ['run', '$(HOME)'] }));
    expect({ command, args }).toEqual({ command: ['/entry'], args: ['run', '$$(HOME)'] });
  });

  test('nothing is expanded that ECS does not expand', () => {
    expect(['$(A)', '$$', '$X', '$$(B)', 'a$'].map(literally)).toEqual(['$$(A)', '$$$$', '$X', '$$$$(B)', 'a$']);
    expect(containerOf(one({ environment: [{ name: 'A', value: '$(B)' }] })).env).toEqual([
      { name: 'A', value: '$$(B)' },
    ]);
  });

  test('texts that YAML 1.1 takes for truth values stay texts', () => {
    const input = one({
      environment: [
        { name: 'A', value: 'yes' },
        { name: 'B', value: '0x1F' },
        { name: 'C', value: '1:30' },
      ],
    });
    const written = yamlOf(objectOf(input, 'Deployment')!, [], 'en');
    const spec = (parse(written, { version: '1.1' }) as { spec: V1DeploymentSpec }).spec;
    expect(spec.template.spec?.containers[0]?.env?.map(({ value }) => value)).toEqual(['yes', '0x1F', '1:30']);
  });
});

test('UDP stays UDP, and a dynamic host port is left out', () => {
  const input = one(
    {
      portMappings: [
        { containerPort: 53, hostPort: 0, protocol: 'udp' },
        { containerPort: 53, hostPort: 5353 },
      ],
    },
    { networkMode: 'bridge' },
  );
  expect(containerOf(input).ports).toEqual([
    { name: 'udp-53', containerPort: 53, protocol: 'UDP' },
    { name: 'tcp-53', containerPort: 53, hostPort: 5353, protocol: 'TCP' },
  ]);
});

test('the execution role is nowhere in the objects', () => {
  const translation = translate(samples.web!);
  expect(JSON.stringify([translation.objects, translation.addOns])).not.toContain('role/execution');
  expect(JSON.stringify(objectOf(samples.web!, 'ServiceAccount'))).toContain('role/web');
});

test('a pod is drained before SIGTERM', () => {
  expect(podOf(samples.web!).terminationGracePeriodSeconds).toBe(75);
  expect(containerOf(samples.web!).lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
  expect(podOf(one({ stopTimeout: 60 })).terminationGracePeriodSeconds).toBe(60);
});

describe('health', () => {
  test("one check is three probes; readiness is the target group's", () => {
    const { startupProbe, livenessProbe, readinessProbe } = containerOf(samples.web!);
    expect(startupProbe).toEqual({
      httpGet: { path: '/healthz', port: 'http' },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 5,
    });
    expect(livenessProbe).toEqual({ ...startupProbe, failureThreshold: 3 });
    expect(readinessProbe).toEqual({
      httpGet: { path: '/ready', port: 'http' },
      periodSeconds: 15,
      timeoutSeconds: 5,
      successThreshold: 2,
      failureThreshold: 3,
    });
  });

  test('defaults that differ are written', () => {
    const { livenessProbe } = containerOf(one({ healthCheck: { command: ['CMD', 'ok'] } }));
    expect(livenessProbe).toEqual({
      exec: { command: ['ok'] },
      periodSeconds: 30,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
  });

  test.each([
    ['curl -f http://localhost:80/a || exit 1', { path: '/a', port: 'tcp-80' }],
    ['wget -q --spider http://127.0.0.1/', { path: '/', port: 'tcp-80' }],
    ['curl http://localhost/', undefined],
    ['curl -f http://localhost:81/', undefined],
    ['curl -f http://other/', undefined],
    ['curl -f -H "Host: a" http://localhost/', undefined],
    ['curl -f http://localhost/ && test -f /ok', undefined],
  ])('%s', (command, httpGet) => {
    const probe = containerOf(
      one({ portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD-SHELL', command] } }),
    ).livenessProbe;
    expect(probe?.httpGet).toEqual(httpGet);
    if (httpGet === undefined) expect(probe?.exec?.command).toEqual(['/bin/sh', '-c', command]);
  });

  test('of a container that is not essential has no probe', () => {
    const input: EcsInput = {
      taskDefinition: {
        family: 'app',
        containerDefinitions: [
          { name: 'app', image: 'a:1' },
          { name: 'log', image: 'l:1', essential: false, healthCheck: { command: ['CMD', 'ok'] } },
        ],
      },
    };
    expect(podOf(input).containers[1]).not.toHaveProperty('livenessProbe');
    expect(findingOf(input, 'containerDefinitions[1].healthCheck.command[0]')).toMatchObject({ match: 'none' });
  });
});

describe('what waits for what', () => {
  test('HEALTHY is a native sidecar, COMPLETE an init container, in their order', () => {
    const { initContainers = [], containers } = podOf(samples.chain!);
    expect(initContainers.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['db', 'Always'],
      ['migrate', undefined],
    ]);
    expect(initContainers[0]?.startupProbe).toMatchObject({ periodSeconds: 30, failureThreshold: 3 });
    expect(initContainers[1]?.command).toEqual(['/bin/sh', '-c', '"$@" || true', '--', '/app/migrate']);
    expect(containers.map(({ name }) => name)).toEqual(['web-app']);
    expect(objectOf(samples.chain!, 'Deployment')!.metadata.name).toBe('backend-api');
  });

  test('several essential containers restart together on the newest Kubernetes only', () => {
    const input: EcsInput = {
      taskDefinition: {
        family: 'app',
        containerDefinitions: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1' },
        ],
      },
    };
    expect(JSON.stringify(podOf(input))).not.toContain('RestartAllContainers');
    for (const { restartPolicy, restartPolicyRules } of podOf({ ...input, newestKubernetes: true }).containers) {
      expect({ restartPolicy, restartPolicyRules }).toEqual({
        restartPolicy: 'Always',
        restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'NotIn', values: [] } }],
      });
    }
  });

  test('a Job ends with its main container', () => {
    const { spec } = objectOf(samples.job!, 'CronJob') as unknown as {
      spec: {
        schedule: string;
        timeZone: string;
        jobTemplate: { spec: { backoffLimit: number; template: { spec: V1PodSpec } } };
      };
    };
    const pod = spec.jobTemplate.spec.template.spec;
    expect([spec.schedule, spec.timeZone, spec.jobTemplate.spec.backoffLimit, pod.restartPolicy]).toEqual([
      '30 18 * * 1-5',
      'Asia/Tokyo',
      0,
      'Never',
    ]);
    expect(pod.containers.map(({ name }) => name)).toEqual(['job']);
    expect(pod.initContainers).toMatchObject([{ name: 'proxy', restartPolicy: 'Always' }]);
  });
});

describe('rollouts', () => {
  const rolling = (desiredCount: number, maximumPercent: number, minimumHealthyPercent: number) =>
    deploymentOf(one({}, {}, { desiredCount, deploymentConfiguration: { maximumPercent, minimumHealthyPercent } }))
      .strategy?.rollingUpdate;

  test('ECS rounds the maximum down and the minimum up', () => {
    expect(rolling(3, 150, 50)).toEqual({ maxSurge: 1, maxUnavailable: 1 });
    expect(rolling(5, 125, 70)).toEqual({ maxSurge: 1, maxUnavailable: 1 });
    expect(rolling(4, 200, 100)).toEqual({ maxSurge: 4, maxUnavailable: 0 });
  });

  test('0 and 0, which the API server refuses, becomes a surge of one', () => {
    expect(rolling(4, 100, 100)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(deploymentOf(samples.scaled!).strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('a drain may always take one pod', () => {
    expect(objectOf(one({}, {}, { desiredCount: 3 }), 'PodDisruptionBudget')).toMatchObject({
      spec: { minAvailable: 2 },
    });
    expect(objectOf(one({}, {}, { desiredCount: 1 }), 'PodDisruptionBudget')).toBeUndefined();
  });

  test('an autoscaler owns the replicas', () => {
    expect(deploymentOf(samples.scaled!)).not.toHaveProperty('replicas');
    expect(objectOf(samples.scaled!, 'HorizontalPodAutoscaler')).toMatchObject({
      spec: { minReplicas: 2, maxReplicas: 10, behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } },
    });
  });
});

test.each([
  ['cron(0 3 * * ? *)', { schedule: '0 3 * * *' }],
  ['cron(0 3 ? * 1,7 *)', { schedule: '0 3 * * 0,6' }],
  ['cron(0 3 ? * MON-FRI 2027)', { schedule: '0 3 * * MON-FRI', lost: 'year' }],
  ['rate(5 minutes)', { schedule: '*/5 * * * *' }],
  ['rate(7 minutes)', { schedule: '*/7 * * * *', lost: 'rate' }],
  ['rate(2 hours)', { schedule: '0 */2 * * *' }],
])('the schedule %s', (expression, expected) => expect(cronScheduleOf(expression)).toEqual(expected));

test.each([
  'cron(0 3 L * ? *)',
  'cron(0 3 ? * 2#1 *)',
  'cron(0 3 * * *)',
  'rate(90 minutes)',
  'at(2027-01-01T00:00:00)',
  'often',
])("the schedule %s can't be one of a CronJob", (expression) =>
  expect(() => cronScheduleOf(expression)).toThrow(UsageError),
);

test.each([
  [
    'arn:aws:secretsmanager:eu-west-1:1:secret:a-AbCdEf',
    { service: 'SecretsManager', region: 'eu-west-1', key: 'arn:aws:secretsmanager:eu-west-1:1:secret:a-AbCdEf' },
  ],
  [
    'arn:aws:secretsmanager:eu-west-1:1:secret:a-AbCdEf:key::id',
    {
      service: 'SecretsManager',
      region: 'eu-west-1',
      key: 'arn:aws:secretsmanager:eu-west-1:1:secret:a-AbCdEf',
      property: 'key',
      version: 'uuid/id',
    },
  ],
  ['arn:aws:ssm:eu-west-1:1:parameter/a/b', { service: 'ParameterStore', region: 'eu-west-1', key: '/a/b' }],
  ['arn:aws:ssm:eu-west-1:1:parameter/plain', { service: 'ParameterStore', region: 'eu-west-1', key: 'plain' }],
  ['plain', { service: 'ParameterStore', key: 'plain' }],
])('the secret %s', (valueFrom, expected) => expect(secretSource(valueFrom)).toEqual(expected));

test('expressions of the cluster query language', () => {
  expect(nodeSelectorTerms('attribute:ecs.instance-type in [t3.small, t3.large] and attribute:team == a')).toEqual([
    [
      { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['t3.small', 't3.large'] },
      { key: 'team', operator: 'In', values: ['a'] },
    ],
  ]);
  expect(nodeSelectorTerms('attribute:x exists or attribute:ecs.cpu-architecture != arm64')).toEqual([
    [{ key: 'x', operator: 'Exists' }],
    [{ key: 'kubernetes.io/arch', operator: 'NotIn', values: ['arm64'] }],
  ]);
  expect(nodeSelectorTerms('attribute:ecs.instance-type =~ t3.*')).toBeUndefined();
  expect(nodeSelectorTerms('task:group == service:a')).toBeUndefined();
});

describe('contradictions name the path', () => {
  const two = (a: Partial<Container>, b: Partial<Container>): EcsInput => ({
    taskDefinition: {
      family: 'app',
      containerDefinitions: [
        { name: 'a', image: 'a:1', ...a },
        { name: 'b', image: 'b:1', ...b },
      ],
    },
  });
  test.each<[string, EcsInput, RegExp]>([
    [
      'an unknown container',
      two({ dependsOn: [{ containerName: 'c', condition: 'START' }] }, {}),
      /containerDefinitions\[0\]\.dependsOn\[0\]\.containerName: there is no container 'c'/,
    ],
    [
      'a circle',
      two(
        { dependsOn: [{ containerName: 'b', condition: 'START' }] },
        { dependsOn: [{ containerName: 'a', condition: 'START' }] },
      ),
      /dependsOn: the containers wait for each other: a → b → a/,
    ],
    [
      'a port twice',
      two({ portMappings: [{ containerPort: 80 }] }, { portMappings: [{ containerPort: 80 }] }),
      /containerDefinitions\[1\]\.portMappings\[0\]: port 80\/tcp is used by containerDefinitions\[0\]/,
    ],
    [
      'an unknown volume',
      one({ mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }] }),
      /mountPoints\[0\]\.sourceVolume: there is no volume 'v'/,
    ],
    [
      'HEALTHY without a check',
      two({}, { dependsOn: [{ containerName: 'a', condition: 'HEALTHY' }] }),
      /a has no health check/,
    ],
    [
      'SUCCESS of an essential one',
      two({}, { dependsOn: [{ containerName: 'a', condition: 'SUCCESS' }] }),
      /a is essential/,
    ],
    ['too much memory', one({ memory: 1024 }, { memory: '512' }), /memory: the containers' memory is more than 512/],
    [
      'a load balancer of another port',
      one(
        { portMappings: [{ containerPort: 80 }] },
        {},
        { loadBalancers: [{ containerName: 'app', containerPort: 81 }] },
      ),
      /service\.loadBalancers\[0\]\.containerPort: portMappings of container app have no 81/,
    ],
    ['too large a range', one({ portMappings: [{ containerPortRange: '1-200' }] }), /it is 200 ports/],
    [
      'no containers',
      { taskDefinition: { family: 'a', containerDefinitions: [] } },
      /containerDefinitions: there is no container/,
    ],
  ])('%s', (_, input, message) => {
    expect(() => translate(input)).toThrow(UsageError);
    expect(() => translate(input)).toThrow(message);
  });
});
