import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { readInput } from '../../lib/translate/input/read-input.ts';
import { translate } from '../../lib/translate/translate.ts';

const read = (...texts: readonly string[]) => readInput(texts.map((text, index) => ({ name: `file${index}`, text })));
const task = { family: 'web', containerDefinitions: [{ name: 'web', image: 'web:1', memory: 64 }] };

describe('input', () => {
  test('is what the AWS CLI prints, with nulls, empties and what ECS recorded', () => {
    const input = read(
      JSON.stringify({
        taskDefinition: {
          ...task,
          revision: 7,
          status: 'ACTIVE',
          pidMode: null,
          volumes: [],
          requiresAttributes: [{ name: 'a' }],
          containerDefinitions: [{ ...task.containerDefinitions[0], hostname: null, links: [], dockerLabels: {} }],
        },
        tags: [{ key: 'team', value: 'a' }],
      }),
      JSON.stringify({
        services: [
          { serviceName: 'web', taskDefinition: 'arn', desiredCount: 2, runningCount: 2, events: [{ id: 'x' }] },
        ],
        failures: [],
      }),
    );
    expect(input.taskDefinition).toEqual({ ...task, tags: [{ key: 'team', value: 'a' }] });
    expect(input.service).toEqual({ serviceName: 'web', taskDefinition: 'arn', desiredCount: 2 });
    expect(input.revision).toBe(7);
    expect(input.recorded).toEqual(
      expect.arrayContaining(['revision', 'status', 'requiresAttributes', 'service.runningCount', 'service.events']),
    );
    expect(translate(input).findings.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['status', 'service.desiredCount']),
    );
  });

  test('may be YAML, and a template of CloudFormation with its functions', () => {
    const template = `
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      Cpu: 256
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: web
          Image: !Sub '\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/web:1'
          Memory: '512'
          Essential: 'true'
          PortMappings: [{ ContainerPort: '8080' }]
          Environment: [{ Name: A, Value: 1 }]
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: web
      TaskDefinition: !Ref Task
      DesiredCount: 2
      LoadBalancers: [{ ContainerName: web, ContainerPort: 8080, TargetGroupArn: !Ref Group }]
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: { HealthCheckPath: /ok, TargetType: ip }
`;
    const input = read(template);
    expect(input.taskDefinition).toEqual({
      family: 'web',
      cpu: '256',
      taskRoleArn: '${Role.Arn}',
      containerDefinitions: [
        {
          name: 'web',
          image: '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/web:1',
          memory: 512,
          essential: true,
          portMappings: [{ containerPort: 8080 }],
          environment: [{ name: 'A', value: '1' }],
        },
      ],
    });
    expect(input.service).toMatchObject({ desiredCount: 2, loadBalancers: [{ targetGroupArn: '${Group}' }] });
    expect(input.targetGroups).toEqual([{ targetGroupArn: '${Group}', healthCheckPath: '/ok', targetType: 'ip' }]);
    expect(input.placeholders).toEqual(expect.arrayContaining(['${Role.Arn}', '${AWS::Region}']));
  });

  test('may be what Terraform shows', () => {
    const input = read(
      JSON.stringify({
        format_version: '1.0',
        values: {
          root_module: {
            resources: [
              {
                type: 'aws_ecs_task_definition',
                address: 'aws_ecs_task_definition.web',
                values: {
                  family: 'web',
                  arn: 'arn',
                  id: 'web',
                  network_mode: 'awsvpc',
                  cpu: '256',
                  container_definitions: JSON.stringify(task.containerDefinitions),
                  volume: [{ name: 'data', host_path: '/data', efs_volume_configuration: [] }],
                  runtime_platform: [{ cpu_architecture: 'ARM64' }],
                  tags: { team: 'a' },
                },
              },
              {
                type: 'aws_ecs_service',
                address: 'aws_ecs_service.web',
                values: {
                  name: 'web',
                  desired_count: 2,
                  launch_type: 'FARGATE',
                  deployment_maximum_percent: 150,
                  network_configuration: [{ subnets: ['subnet-1'], assign_public_ip: false }],
                },
              },
            ],
          },
        },
      }),
    );
    expect(input.taskDefinition).toEqual({
      family: 'web',
      networkMode: 'awsvpc',
      cpu: '256',
      containerDefinitions: task.containerDefinitions,
      volumes: [{ name: 'data', host: { sourcePath: '/data' } }],
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      tags: [{ key: 'team', value: 'a' }],
    });
    expect(input.service).toEqual({
      serviceName: 'web',
      desiredCount: 2,
      launchType: 'FARGATE',
      deploymentConfiguration: { maximumPercent: 150 },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'DISABLED' } },
    });
  });

  test('has scaling, as the AWS CLI prints it', () => {
    const input = read(
      JSON.stringify(task),
      JSON.stringify({ ScalableTargets: [{ MinCapacity: 2, MaxCapacity: 9 }] }),
      JSON.stringify({
        ScalingPolicies: [
          {
            PolicyName: 'cpu',
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: {
              TargetValue: 60,
              PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
            },
          },
        ],
      }),
    );
    expect(input.scaling).toEqual({
      minCapacity: 2,
      maxCapacity: 9,
      policies: [
        {
          policyName: 'cpu',
          policyType: 'TargetTrackingScaling',
          predefinedMetric: 'ECSServiceAverageCPUUtilization',
          targetValue: 60,
        },
      ],
    });
  });
});

test.each<[string, string, RegExp]>([
  ['nothing', ' ', /file0: it is empty/],
  ['a comment', '{\n  "family": "a", // name\n}', /line 2, column 18: JSON has no comments/],
  ['a trailing comma', '{\n  "family": "a",\n  "containerDefinitions": [1,]\n}', /line 3, column 29: remove the comma/],
  ['broken JSON', '{"family": "a"', /line 1, column \d+: it is no JSON/],
  ['broken YAML', 'family: [a\nb: c', /line \d+, column \d+: it is neither JSON nor YAML/],
  ['prose', 'hello there', /no task definition/],
  ['another object', '{"a": 1}', /no task definition/],
  ['Jsonnet', 'local x = 1;\n{ family: x }', /this is Jsonnet. Render it/],
  ['a template', '{ "family": "{{ must_env `NAME` }}" }', /line 1, column 14 has a template/],
  ['HCL', 'resource "aws_ecs_task_definition" "a" {\n}', /this is HCL of Terraform/],
  ['Copilot', 'name: a\ntype: Load Balanced Web Service\nimage: {build: .}', /a manifest of Copilot/],
  ['ecspresso', 'region: a\ncluster: b\ntask_definition: task.json', /the configuration of ecspresso/],
  ['Compose', 'services:\n  web: {image: a}', /Docker Compose/],
  ['Kubernetes', 'apiVersion: v1\nkind: Pod', /object of Kubernetes already/],
  [
    'an unknown field',
    JSON.stringify({ ...task, containerDefinitions: [{ name: 'a', image: 'a', memry: 1 }] }),
    /containerDefinitions\[0\]\.memry: ECS has no field 'memry'\. Did you mean 'memory'\?/,
  ],
  [
    'a text for a number',
    JSON.stringify({ ...task, containerDefinitions: [{ name: 'a', image: 'a', cpu: 'lots' }] }),
    /containerDefinitions\[0\]\.cpu: it takes a number, not 'lots'/,
  ],
  [
    'an unknown value',
    JSON.stringify({ ...task, networkMode: 'awsvpcc' }),
    /networkMode: 'awsvpcc' is not valid\. Did you mean 'awsvpc'\?/,
  ],
  [
    'two task definitions',
    JSON.stringify({
      Resources: {
        A: { Type: 'AWS::ECS::TaskDefinition', Properties: {} },
        B: { Type: 'AWS::ECS::TaskDefinition', Properties: {} },
      },
    }),
    /2 task definitions\. Say which by --task-definition: A, B/,
  ],
  [
    'a template without one',
    JSON.stringify({ Resources: { A: { Type: 'AWS::S3::Bucket' } } }),
    /no AWS::ECS::TaskDefinition/,
  ],
])('%s is said to be wrong', (_, text, message) => {
  expect(() => read(text)).toThrow(UsageError);
  expect(() => read(text)).toThrow(message);
});

test('one of several task definitions can be chosen', () => {
  const of = (family: string) => ({
    Type: 'AWS::ECS::TaskDefinition',
    Properties: { Family: family, ContainerDefinitions: [{ Name: 'a', Image: 'a' }] },
  });
  const text = JSON.stringify({ Resources: { A: of('one'), B: of('two') } });
  expect(readInput([{ name: 'f', text }], { taskDefinition: 'B' }).taskDefinition.family).toBe('two');
  expect(() => readInput([{ name: 'f', text }], { taskDefinition: 'C' })).toThrow("there is no task definition 'C'");
});
