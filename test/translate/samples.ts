import type { EcsInput } from '../../lib/translate/ecs-input.ts';

const arn = 'arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:targetgroup/web/0123456789abcdef';

/** Small inputs, each with things that real task definitions have. */
export const samples: Readonly<Record<string, EcsInput>> = {
  web: {
    taskDefinition: {
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '1GB',
      taskRoleArn: 'arn:aws:iam::111122223333:role/web',
      executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
      containerDefinitions: [
        {
          name: 'web',
          image: 'public.ecr.aws/nginx/nginx:1.27',
          portMappings: [{ containerPort: 8080, name: 'http', appProtocol: 'http' }],
          healthCheck: {
            command: ['CMD-SHELL', 'curl -f http://localhost:8080/healthz || exit 1'],
            startPeriod: 20,
            interval: 10,
          },
          secrets: [
            { name: 'DB_URL', valueFrom: 'arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:db-AbCdEf:url::' },
          ],
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'ap-northeast-1' },
          },
          stopTimeout: 60,
          user: '1000:1000',
        },
      ],
    },
    service: {
      serviceName: 'web',
      desiredCount: 3,
      launchType: 'FARGATE',
      loadBalancers: [{ targetGroupArn: arn, containerName: 'web', containerPort: 8080 }],
      deploymentConfiguration: {
        maximumPercent: 150,
        minimumHealthyPercent: 50,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
    },
    targetGroups: [
      {
        targetGroupArn: arn,
        targetType: 'ip',
        healthCheckPath: '/ready',
        healthCheckProtocol: 'HTTP',
        healthCheckPort: 'traffic-port',
        healthCheckIntervalSeconds: 15,
        healthCheckTimeoutSeconds: 5,
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    ],
  },
  chain: {
    taskDefinition: {
      family: 'Backend_API',
      containerDefinitions: [
        {
          name: 'db',
          image: 'postgres:17',
          memory: 256,
          healthCheck: { command: ['CMD-SHELL', 'pg_isready'] },
          environment: [{ name: 'POSTGRES_PASSWORD', value: 'example' }],
        },
        {
          name: 'migrate',
          image: 'app:1',
          memory: 128,
          essential: false,
          entryPoint: ['/app/migrate'],
          dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
        },
        {
          name: 'Web_App',
          image: 'app:1',
          memory: 128,
          dependsOn: [{ containerName: 'migrate', condition: 'COMPLETE' }],
          portMappings: [{ containerPort: 8080, hostPort: 0 }],
        },
      ],
    },
  },
  daemon: {
    taskDefinition: {
      family: 'agent',
      networkMode: 'host',
      pidMode: 'host',
      containerDefinitions: [
        {
          name: 'agent',
          image: 'agent:2',
          cpu: 10,
          memory: 256,
          privileged: true,
          portMappings: [{ containerPort: 8125, hostPort: 8125, protocol: 'udp' }],
          mountPoints: [{ sourceVolume: 'docker_sock', containerPath: '/var/run/docker.sock', readOnly: true }],
        },
      ],
      volumes: [{ name: 'docker_sock', host: { sourcePath: '/var/run/docker.sock' } }],
    },
    service: { serviceName: 'agent', schedulingStrategy: 'DAEMON' },
  },
  job: {
    taskDefinition: {
      family: 'nightly',
      cpu: '.5 vCPU',
      memory: '1 GB',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      containerDefinitions: [
        {
          name: 'job',
          image: 'job:3',
          command: ['sh', '-c', 'echo $(date) $$'],
          mountPoints: [{ sourceVolume: 'files', containerPath: '/files' }],
        },
        { name: 'proxy', image: 'proxy:1', essential: true },
      ],
      volumes: [
        {
          name: 'files',
          efsVolumeConfiguration: {
            fileSystemId: 'fs-0123456789abcdef0',
            transitEncryption: 'ENABLED',
            authorizationConfig: { accessPointId: 'fsap-0123456789abcdef0', iam: 'ENABLED' },
          },
        },
      ],
    },
    schedule: { expression: 'cron(30 18 ? * 2-6 *)', timeZone: 'Asia/Tokyo' },
  },
  scaled: {
    taskDefinition: {
      family: 'api',
      networkMode: 'awsvpc',
      containerDefinitions: [
        {
          name: 'api',
          image: 'api:1',
          cpu: 256,
          memory: 512,
          portMappings: [{ containerPort: 9000, name: 'grpc', appProtocol: 'grpc' }],
        },
      ],
    },
    service: {
      serviceName: 'api',
      desiredCount: 4,
      serviceConnectConfiguration: {
        enabled: true,
        services: [{ portName: 'grpc', clientAliases: [{ port: 80, dnsName: 'api.local' }] }],
      },
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 },
    },
    scaling: {
      minCapacity: 2,
      maxCapacity: 10,
      policies: [
        {
          policyName: 'cpu',
          policyType: 'TargetTrackingScaling',
          predefinedMetric: 'ECSServiceAverageCPUUtilization',
          targetValue: 70,
          scaleInCooldown: 300,
        },
      ],
    },
  },
};
