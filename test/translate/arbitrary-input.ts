import fc from 'fast-check';
import { serviceFields, taskDefinitionFields } from '../../lib/translate/ecs-fields.ts';
import type { EcsInput, TargetGroup } from '../../lib/translate/ecs-input.ts';
import { fieldsOf, isEnumeration, itemOf, valueOf, type Shape } from '../../lib/translate/shape.ts';

type Json = Record<string, unknown>;

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$/);
const arn = (service: string, resource: string) =>
  fc.constant(`arn:aws:${service}:ap-northeast-1:111122223333:${resource}`);
const words = fc.array(
  fc.oneof(fc.constantFrom('$(date)', '$$', 'echo', '--flag=$(X)', '日本語', ''), fc.string({ maxLength: 12 })),
  { minLength: 1, maxLength: 3 },
);
const path = fc.constantFrom('/data', '/var/log/app', '/tmp', '/mnt/a', '/etc/conf.d');
const integer = (min: number, max: number) => fc.integer({ min, max });
const label = fc.stringMatching(/^[A-Za-z][A-Za-z0-9./ _:-]{0,30}$/);
const text = fc.string({ maxLength: 20 });

/** Documented constraints of the ECS API, by path; other fields have values of their type. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  family: name,
  taskRoleArn: arn('iam', 'role/task').map((each) => each.replace(':ap-northeast-1', ':')),
  cpu: fc.constantFrom('256', '512', '1024', '1 vCPU', '.5 vcpu', '100', '4096'),
  memory: fc.constantFrom('512', '1024', '1GB', '3 GB', '30720'),
  'tags[].key': label,
  'tags[].value': text,
  'ephemeralStorage.sizeInGiB': integer(21, 200),
  'runtimePlatform.operatingSystemFamily': fc.oneof(
    { weight: 20, arbitrary: fc.constant('LINUX') },
    { weight: 1, arbitrary: fc.constantFrom(...taskDefinitionFields.runtimePlatform.operatingSystemFamily) },
  ),
  'placementConstraints[].expression': fc.constantFrom(
    'attribute:ecs.instance-type == t3.small',
    'attribute:ecs.instance-type =~ t3.*',
    'attribute:stack in [a, b] and attribute:ecs.availability-zone == ap-northeast-1a',
    'attribute:x exists',
  ),
  'containerDefinitions[].name': name,
  'containerDefinitions[].image': fc.constantFrom(
    'nginx',
    'public.ecr.aws/nginx/nginx:1.27',
    '111122223333.dkr.ecr.us-east-1.amazonaws.com/a@sha256:' + 'a'.repeat(64),
  ),
  'containerDefinitions[].cpu': integer(0, 85),
  'containerDefinitions[].memory': integer(6, 100),
  'containerDefinitions[].memoryReservation': integer(6, 100),
  'containerDefinitions[].portMappings[].containerPort': integer(1, 65_535),
  'containerDefinitions[].portMappings[].hostPort': integer(0, 65_535),
  'containerDefinitions[].portMappings[].name': fc.stringMatching(/^[a-z0-9_][a-z0-9_-]{0,40}$/),
  'containerDefinitions[].portMappings[].containerPortRange': fc.constantFrom('40000-40003', '41000-41000'),
  'containerDefinitions[].restartPolicy.ignoredExitCodes[]': integer(0, 255),
  'containerDefinitions[].restartPolicy.restartAttemptPeriod': integer(60, 1800),
  'containerDefinitions[].entryPoint': words,
  'containerDefinitions[].command': words,
  'containerDefinitions[].environment[].name': fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/),
  'containerDefinitions[].environment[].value': fc.oneof(
    text,
    fc.constantFrom('$(HOME)', '$$(A)', 'Server=a;Password=b'),
  ),
  'containerDefinitions[].environmentFiles[].value': fc.constantFrom(
    'arn:aws:s3:::bucket/a.env',
    'arn:aws:s3:::bucket/dir/B_c.env',
  ),
  'containerDefinitions[].mountPoints[].containerPath': path,
  'containerDefinitions[].linuxParameters.capabilities.add': fc.uniqueArray(
    fc.constantFrom('SYS_PTRACE', 'NET_ADMIN', 'KILL', 'CHOWN', 'SYS_ADMIN'),
    { minLength: 1 },
  ),
  'containerDefinitions[].linuxParameters.capabilities.drop': fc.uniqueArray(
    fc.constantFrom('ALL', 'MKNOD', 'NET_RAW'),
    { minLength: 1 },
  ),
  'containerDefinitions[].linuxParameters.sharedMemorySize': integer(0, 128),
  'containerDefinitions[].linuxParameters.tmpfs[].containerPath': fc.constantFrom('/run', '/run/lock', '/scratch'),
  'containerDefinitions[].linuxParameters.tmpfs[].size': integer(1, 100),
  'containerDefinitions[].linuxParameters.maxSwap': integer(0, 100),
  'containerDefinitions[].linuxParameters.swappiness': integer(0, 100),
  'containerDefinitions[].secrets[].name': fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/),
  'containerDefinitions[].secrets[].valueFrom': fc.constantFrom(
    'arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:db-AbCdEf',
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf:key::',
    'arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:db-AbCdEf::AWSPREVIOUS:',
    'arn:aws:ssm:ap-northeast-1:111122223333:parameter/a/b',
    'NAME',
    '/path/name',
  ),
  'containerDefinitions[].startTimeout': integer(2, 120),
  'containerDefinitions[].stopTimeout': integer(2, 120),
  'containerDefinitions[].hostname': fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
  'containerDefinitions[].user': fc.constantFrom('1000', '1000:1000', '0', 'nginx', 'app:app'),
  'containerDefinitions[].workingDirectory': path,
  'containerDefinitions[].dnsServers[]': fc.ipV4(),
  'containerDefinitions[].dnsSearchDomains[]': fc.constantFrom('example.com', 'a.internal'),
  'containerDefinitions[].extraHosts[].hostname': fc.constantFrom('db', 'db.example.com', 'under_score'),
  'containerDefinitions[].extraHosts[].ipAddress': fc.ipV4(),
  'containerDefinitions[].dockerSecurityOptions[]': fc.constantFrom(
    'no-new-privileges',
    'apparmor:my-profile',
    'label:type:svirt_t',
    'label:level:s0',
    'credentialspec:file://a.json',
  ),
  'containerDefinitions[].dockerLabels': fc.dictionary(label, text, { minKeys: 1, maxKeys: 2 }),
  'containerDefinitions[].ulimits[].softLimit': integer(1, 100),
  'containerDefinitions[].ulimits[].hardLimit': integer(100, 1000),
  'containerDefinitions[].healthCheck.command': fc.oneof(
    fc.constantFrom(
      ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'],
      ['CMD', 'true'],
      ['NONE'],
      ['CMD-SHELL', 'test $(cat /x) = 1'],
      ['redis-cli', 'ping'],
    ),
  ),
  'containerDefinitions[].healthCheck.interval': integer(5, 300),
  'containerDefinitions[].healthCheck.timeout': integer(2, 60),
  'containerDefinitions[].healthCheck.retries': integer(1, 10),
  'containerDefinitions[].healthCheck.startPeriod': integer(0, 300),
  'containerDefinitions[].systemControls[].namespace': fc.constantFrom(
    'net.core.somaxconn',
    'net.ipv4.tcp_keepalive_time',
    'kernel.msgmax',
  ),
  'containerDefinitions[].systemControls[].value': integer(1, 9000).map(String),
  'containerDefinitions[].resourceRequirements[].value': fc.constantFrom('1', '2'),
  'volumes[].name': name,
  'volumes[].host.sourcePath': fc.constantFrom('/proc', '/var/run/docker.sock', '/opt/a'),
  'volumes[].dockerVolumeConfiguration.driver': fc.constantFrom('local', 'rexray/ebs'),
  'volumes[].dockerVolumeConfiguration.driverOpts': fc.constantFrom(
    { type: 'nfs', o: 'addr=10.0.0.1,rw', device: ':/export' },
    { size: '10' },
  ),
  'volumes[].efsVolumeConfiguration.fileSystemId': fc.constant('fs-0123456789abcdef0'),
  'volumes[].efsVolumeConfiguration.rootDirectory': fc.constantFrom('/', '/a/b'),
  'volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId': fc.constant('fsap-0123456789abcdef0'),
  'volumes[].s3filesVolumeConfiguration.fileSystemArn': fc.constant(
    'arn:aws:s3files:ap-northeast-1:111122223333:file-system/fs-0123456789abcdef0',
  ),
  'volumes[].s3filesVolumeConfiguration.accessPointArn': fc.constant(
    'arn:aws:s3files:ap-northeast-1:111122223333:file-system/fs-0123456789abcdef0/access-point/fsap-0123456789abcdef0',
  ),
  'service.serviceName': name,
  'service.desiredCount': integer(0, 20),
  'service.deploymentConfiguration.maximumPercent': integer(100, 300),
  'service.deploymentConfiguration.minimumHealthyPercent': integer(0, 100),
  'service.healthCheckGracePeriodSeconds': integer(0, 3600),
  'service.placementConstraints[].expression': fc.constant('attribute:ecs.os-type == linux'),
  'service.placementStrategy[].field': fc.constantFrom('attribute:ecs.availability-zone', 'instanceId', 'cpu'),
  'service.tags[].key': label,
  'service.tags[].value': text,
  'service.loadBalancers[].targetGroupArn': arn('elasticloadbalancing', 'targetgroup/a/0123456789abcdef'),
  'service.capacityProviderStrategy[].capacityProvider': fc.constantFrom('FARGATE', 'FARGATE_SPOT', 'mine'),
  'service.serviceConnectConfiguration.services[].discoveryName': fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
  'service.serviceConnectConfiguration.services[].clientAliases[].port': integer(1, 65_535),
  'service.serviceConnectConfiguration.services[].clientAliases[].dnsName': fc.constantFrom(
    'api',
    'api.local',
    'a.b.c',
  ),
  'service.serviceRegistries[].containerPort': integer(1, 65_535),
  'service.volumeConfigurations[].managedEBSVolume.sizeInGiB': integer(1, 100),
  'service.volumeConfigurations[].managedEBSVolume.iops': integer(3000, 16_000),
  'service.volumeConfigurations[].managedEBSVolume.throughput': integer(125, 1000),
  'service.volumeConfigurations[].managedEBSVolume.volumeType': fc.constantFrom('gp3', 'io2'),
  'service.volumeConfigurations[].managedEBSVolume.snapshotId': fc.constant('snap-0123456789abcdef0'),
};

/** Any value of a shape: each field of an object may be there or not. */
function anyOf(shape: Shape, at: string): fc.Arbitrary<unknown> {
  const known = values[at];
  if (known !== undefined) return known;
  const item = itemOf(shape);
  if (item !== undefined) return fc.array(anyOf(item, `${at}[]`), { minLength: 1, maxLength: 2 });
  const inMap = valueOf(shape);
  if (inMap !== undefined) return fc.dictionary(label, text, { minKeys: 1, maxKeys: 2 });
  const fields = fieldsOf(shape);
  if (fields !== undefined) {
    const all = Object.entries(fields).map(
      ([field, of]) => [field, anyOf(of, at === '' ? field : `${at}.${field}`)] as const,
    );
    return fc.record(Object.fromEntries(all), { requiredKeys: [] });
  }
  if (isEnumeration(shape)) return fc.constantFrom(...shape);
  if (shape === 'number') return integer(0, 100);
  if (shape === 'boolean') return fc.boolean();
  if (shape === 'json') return fc.constant({ any: ['json', 1] });
  return fc.stringMatching(/^[A-Za-z0-9:/._-]{1,20}$/);
}

const listIn = (object: Json, field: string): Json[] => (object[field] as Json[] | undefined) ?? [];

const uniqueBy = (items: readonly Json[], key: (item: Json) => unknown): Json[] =>
  items.filter((item, index) => items.findIndex((other) => key(other) === key(item)) === index);

/** Keeps of `references` those that lead somewhere, pointed at one of `names`. */
const pointed = (references: readonly Json[], field: string, names: readonly unknown[]): Json[] =>
  names.length === 0 ? [] : references.map((each, index) => ({ ...each, [field]: names[index % names.length] }));

/** Makes a task definition keep what the ECS API checks across fields. */
function consistentTask(task: Json): Json {
  const volumes = uniqueBy(
    listIn(task, 'volumes').map((volume, index) => {
      // A volume is of one kind.
      const kinds = Object.keys(volume)
        .filter((field) => field !== 'name')
        .sort();
      const [kind] = kinds.length === 0 ? [] : [kinds[JSON.stringify(volume).length % kinds.length]!];
      const of = kind === undefined ? {} : { [kind]: volume[kind] };
      return { name: `v${index}`, ...(typeof volume.name === 'string' && { name: volume.name }), ...complete(of) };
    }),
    ({ name: each }) => each,
  );
  const networkMode = task.networkMode as string | undefined;
  const definitions = uniqueBy(
    listIn(task, 'containerDefinitions').map((each, index) => ({
      ...each,
      name: each.name ?? `c${index}`,
      image: each.image ?? 'nginx',
    })),
    (each) => each.name,
  );
  const names = definitions.map((each) => each.name);
  const ports = new Set<string>();
  const waitedTo = new Map<unknown, string>();
  const containerDefinitions: Json[] = definitions.map((given: Json, index) => {
    const before = definitions.slice(0, index) as readonly Json[];
    const container: Json = { ...given };
    const mappings = listIn(container, 'portMappings').flatMap((mapping) => {
      const { containerPortRange: range, ...rest } = mapping;
      const numbers =
        range === undefined
          ? [(rest.containerPort as number | undefined) ?? 8080]
          : range === '41000-41000'
            ? [41_000]
            : [40_000, 40_001, 40_002, 40_003];
      const keys = numbers.map((number) => `${number}/${(rest.protocol as string | undefined) ?? 'tcp'}`);
      if (keys.some((key) => ports.has(key))) return [];
      keys.forEach((key) => ports.add(key));
      const hostPort = networkMode === 'bridge' || networkMode === undefined ? rest.hostPort : numbers[0];
      if (range !== undefined)
        return [{ ...rest, containerPort: undefined, hostPort: undefined, containerPortRange: range }];
      return [{ ...rest, containerPort: numbers[0], ...(rest.hostPort !== undefined && { hostPort }) }];
    });
    container.portMappings = uniqueBy(mappings, (mapping) => mapping.hostPort ?? mapping);
    container.dependsOn = uniqueBy(
      pointed(
        listIn(container, 'dependsOn'),
        'containerName',
        before.map((each) => each.name),
      ),
      (each) => each.containerName,
    ).map((dependency) => {
      const other = before.find((each) => each.name === dependency.containerName)!;
      const check = (other.healthCheck as Json | undefined)?.command as string[] | undefined;
      // One kind of waiting for each container, as an essential one can't be waited to end.
      let condition = (waitedTo.get(other.name) ?? dependency.condition ?? 'START') as string;
      if (condition === 'HEALTHY' && (check === undefined || check[0] === 'NONE')) condition = 'START';
      if ((condition === 'SUCCESS' || condition === 'COMPLETE') && other.essential !== false) condition = 'START';
      if (condition !== 'START') waitedTo.set(other.name, condition);
      return { containerName: dependency.containerName, condition };
    });
    container.links =
      networkMode === 'awsvpc'
        ? undefined
        : (container.links as string[] | undefined)
            ?.slice(0, before.length)
            .map((_, at) => `${String(before[at]!.name)}:alias-${at}`);
    container.volumesFrom = pointed(
      listIn(container, 'volumesFrom'),
      'sourceContainer',
      before.map((each) => each.name),
    );
    container.mountPoints = uniqueBy(
      pointed(
        listIn(container, 'mountPoints').map((each) => ({ containerPath: '/data', ...each })),
        'sourceVolume',
        volumes.map((each) => each.name),
      ),
      (each) => each.containerPath,
    );
    const linux = container.linuxParameters as Json | undefined;
    if (linux?.tmpfs !== undefined)
      container.linuxParameters = {
        ...linux,
        tmpfs: uniqueBy(
          listIn(linux, 'tmpfs').map((each) => ({ containerPath: '/run', size: 1, ...each })),
          (each) => each.containerPath,
        ),
      };
    if (networkMode === 'awsvpc') container.hostname = undefined;
    if ((container.memoryReservation as number) > (container.memory as number))
      container.memoryReservation = container.memory;
    for (const field of ['environment', 'secrets'])
      container[field] = uniqueBy(
        listIn(container, field)
          .map((each, at) => ({ name: `N${at}`, value: '', valueFrom: 'NAME', ...each }))
          .map(({ value, valueFrom, ...each }) => (field === 'secrets' ? { ...each, valueFrom } : { ...each, value })),
        (each) => each.name,
      );
    container.environmentFiles = listIn(container, 'environmentFiles').map((each) => ({
      value: 'arn:aws:s3:::bucket/a.env',
      type: 's3',
      ...each,
    }));
    container.extraHosts = listIn(container, 'extraHosts').map((each) => ({
      hostname: 'db',
      ipAddress: '10.0.0.1',
      ...each,
    }));
    container.ulimits = listIn(container, 'ulimits').map((each) => ({
      name: 'nofile',
      softLimit: 1,
      hardLimit: 2,
      ...each,
    }));
    container.systemControls = listIn(container, 'systemControls').map((each) => ({
      namespace: 'kernel.msgmax',
      value: '1',
      ...each,
    }));
    container.resourceRequirements = uniqueBy(
      listIn(container, 'resourceRequirements').map((each) => ({ type: 'GPU', ...each })),
      (each) => each.type,
    );
    if (container.healthCheck !== undefined)
      container.healthCheck = { command: ['CMD', 'true'], ...(container.healthCheck as Json) };
    if (container.firelensConfiguration !== undefined)
      container.firelensConfiguration = { type: 'fluentbit', ...(container.firelensConfiguration as Json) };
    if (container.restartPolicy !== undefined)
      container.restartPolicy = { enabled: true, ...(container.restartPolicy as Json) };
    if (container.logConfiguration !== undefined)
      container.logConfiguration = { logDriver: 'awslogs', ...(container.logConfiguration as Json) };
    return container;
  });
  const cpu = task.cpu as string | undefined;
  const proxy = task.proxyConfiguration as Json | undefined;
  return {
    family: 'app',
    ...task,
    ...(proxy !== undefined && { proxyConfiguration: { ...proxy, containerName: names[0] ?? 'proxy' } }),
    // Two or three containers together ask for at most this much.
    ...(cpu !== undefined && { cpu: cpu === '100' ? '256' : cpu }),
    containerDefinitions,
    volumes,
    placementConstraints: listIn(task, 'placementConstraints').map((each) => ({
      type: 'memberOf',
      expression: 'attribute:x exists',
      ...each,
    })),
  };
}

/** What a kind of volume has to have. */
function complete(of: Json): Json {
  const required: Json = {
    efsVolumeConfiguration: { fileSystemId: 'fs-0123456789abcdef0' },
    s3filesVolumeConfiguration: {
      fileSystemArn: 'arn:aws:s3files:ap-northeast-1:111122223333:file-system/fs-0123456789abcdef0',
    },
    fsxWindowsFileServerVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: 'share' },
  };
  return Object.fromEntries(
    Object.entries(of).map(([kind, value]) => [
      kind,
      required[kind] === undefined ? value : { ...(required[kind] as Json), ...(value as Json) },
    ]),
  );
}

function consistentService(service: Json, task: Json): Json {
  const mapped = listIn(task, 'containerDefinitions').flatMap((container) =>
    listIn(container, 'portMappings')
      .filter(({ containerPort }) => containerPort !== undefined)
      .map(({ containerPort, name: portName }) => ({ containerName: container.name, containerPort, portName })),
  );
  const [first] = mapped;
  const named = mapped.map(({ portName }) => portName).filter((each) => each !== undefined);
  const atLaunch = listIn(task, 'volumes').filter(({ configuredAtLaunch }) => configuredAtLaunch === true);
  const connect = service.serviceConnectConfiguration as Json | undefined;
  return {
    serviceName: 'service',
    ...service,
    placementConstraints: listIn(service, 'placementConstraints').map((each) =>
      each.type === 'distinctInstance'
        ? { type: each.type }
        : { type: 'memberOf', expression: 'attribute:x exists', ...each },
    ),
    loadBalancers:
      first === undefined
        ? []
        : listIn(service, 'loadBalancers').map((each) => ({
            ...each,
            containerName: first.containerName,
            containerPort: first.containerPort,
          })),
    volumeConfigurations: listIn(service, 'volumeConfigurations').map((each, index) => ({
      ...each,
      name: atLaunch[index]?.name ?? each.name ?? `x${index}`,
    })),
    ...(connect !== undefined && {
      serviceConnectConfiguration: {
        enabled: true,
        ...connect,
        ...(connect.services !== undefined && {
          services: listIn(connect, 'services').map((each, index) => ({ ...each, portName: named[index] ?? 'none' })),
        }),
      },
    }),
  };
}

const targetGroup: fc.Arbitrary<TargetGroup> = fc.record({
  targetGroupArn: arn('elasticloadbalancing', 'targetgroup/a/0123456789abcdef'),
  targetType: fc.constantFrom('ip', 'instance'),
  protocol: fc.constantFrom('HTTP', 'TCP'),
  port: integer(1, 65_535),
  healthCheckEnabled: fc.boolean(),
  healthCheckProtocol: fc.constantFrom('HTTP', 'HTTPS'),
  healthCheckPort: fc.constantFrom('traffic-port', '8081'),
  healthCheckPath: fc.constantFrom('/', '/healthz'),
  healthCheckIntervalSeconds: integer(5, 300),
  healthCheckTimeoutSeconds: integer(2, 120),
  healthyThresholdCount: integer(2, 10),
  unhealthyThresholdCount: integer(2, 10),
});

const policy = fc.record(
  {
    policyName: name,
    policyType: fc.constant('TargetTrackingScaling'),
    predefinedMetric: fc.constantFrom(
      'ECSServiceAverageCPUUtilization',
      'ECSServiceAverageMemoryUtilization',
      'ALBRequestCountPerTarget',
    ),
    targetValue: integer(1, 100),
    scaleInCooldown: integer(0, 4000),
    scaleOutCooldown: integer(0, 600),
    disableScaleIn: fc.boolean(),
  },
  { requiredKeys: ['policyName', 'policyType'] },
);

/** Without fields that are absent, and without what is empty, as the input is after it has been read. */
function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([field, each]) => [field, cleaned(each)] as const)
      .filter(([, each]) => typeof each !== 'object' || each === null || Object.keys(each).length > 0),
  );
}

/** Any input that the ECS API accepts: the types of the pinned SDK, with the constraints that AWS documents. */
export const anyInput: fc.Arbitrary<EcsInput> = fc
  .record({
    task: anyOf(taskDefinitionFields, '') as fc.Arbitrary<Json>,
    containers: fc.array(
      anyOf(taskDefinitionFields.containerDefinitions.list, 'containerDefinitions[]') as fc.Arbitrary<Json>,
      { minLength: 1, maxLength: 3 },
    ),
    service: fc.option(anyOf(serviceFields, 'service') as fc.Arbitrary<Json>, { nil: undefined }),
    targetGroups: fc.array(targetGroup, { maxLength: 1 }),
    scaling: fc.option(
      fc.record({
        minCapacity: integer(0, 3),
        maxCapacity: integer(3, 20),
        policies: fc.array(policy, { maxLength: 2 }),
      }),
      { nil: undefined },
    ),
    schedule: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.record(
          {
            expression: fc.constantFrom(
              'cron(0 3 * * ? *)',
              'cron(0 3 ? * 2-6 2027)',
              'rate(5 minutes)',
              'rate(1 day)',
            ),
            timeZone: fc.constantFrom('Asia/Tokyo', 'UTC'),
          },
          { requiredKeys: ['expression'] },
        ),
      },
    ),
    once: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  })
  .map(({ task, containers, service, targetGroups, scaling, schedule, once }) => {
    const taskDefinition = consistentTask({ ...task, containerDefinitions: containers });
    const input = cleaned({
      taskDefinition,
      ...(service !== undefined && { service: consistentService(service, taskDefinition) }),
      targetGroups,
      ...(service !== undefined && scaling !== undefined && { scaling }),
      ...(schedule !== undefined && { schedule }),
      once,
    }) as EcsInput;
    return input.scaling === undefined
      ? input
      : { ...input, scaling: { ...input.scaling, policies: scaling!.policies } };
  });

/** The same inputs in each run. */
export const corpus = (count: number): readonly EcsInput[] => fc.sample(anyInput, { numRuns: count, seed: 20_261_201 });
