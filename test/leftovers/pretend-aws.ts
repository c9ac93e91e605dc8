import { awsClients, type AwsClients } from '../../lib/leftovers/clients.ts';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** A load balancer or target group. */
export interface Balancing {
  /** Name of a classic load balancer, otherwise ARN. */
  readonly id: string;
  readonly vpc: string;
  readonly tags: Tags;
  /** Of a target group: the load balancer that forwards to it. */
  readonly usedBy?: string;
}

export interface Interface {
  readonly id: string;
  readonly vpc: string;
  readonly tags?: Tags;
  readonly description?: string;
  /** The instance that it is attached to. */
  readonly instance?: string;
  readonly groups?: readonly string[];
  /** Of a load balancer's: how often it is still seen after its deletion. */
  lingers?: number;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
  readonly tags?: Tags;
  /** Groups that its inbound rules name. */
  ingress?: readonly string[];
  /** Groups that its outbound rules name. */
  egress?: readonly string[];
}

export interface Stored {
  readonly id: string;
  readonly tags: Tags;
  readonly state?: string;
}

/** A call as it went over the wire. */
export interface Call {
  /** For example `ec2:DeleteVolume`; `elb` is the API of classic load balancers, `elbv2` that of the others. */
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** An error as a service sends it. */
export interface WireError {
  readonly code: string;
  readonly message?: string;
  /** @default 400 */
  readonly status?: number;
}

/** Makes a call fail; undefined lets it through. */
export type Fault = (call: Call) => WireError | undefined | Promise<undefined>;

/** How many items each page of an answer holds. */
const pageSize = 2;

/**
 * Stands in for AWS behind the real SDK clients: takes their requests as they would go over the wire, and answers in the
 * form that the API references of EC2, Elastic Load Balancing and EKS record. It refuses what these refuse.
 */
export class PretendAws {
  cluster: string | undefined;
  classic: Balancing[] = [];
  balancers: Balancing[] = [];
  targets: Balancing[] = [];
  interfaces: Interface[] = [];
  groups: Group[] = [];
  volumes: Stored[] = [];
  snapshots: Stored[] = [];
  /** Asked before each call is answered. */
  fault: Fault = () => undefined;
  readonly calls: Call[] = [];

  readonly clients: AwsClients = awsClients({
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (
        request: { hostname: string; path: string; body?: unknown },
        { abortSignal }: HandlerOptions = {},
      ) => {
        const { status, body } = await unlessAborted(this.answer(request), abortSignal);
        return {
          response: {
            statusCode: status,
            headers: { 'content-type': 'text/xml' },
            body: new TextEncoder().encode(body),
          },
        };
      },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    },
  });

  /** The calls whose names match, for example of `/Delete/`. */
  called(pattern: RegExp): readonly string[] {
    return this.calls.map(({ action }) => action).filter((action) => pattern.test(action));
  }

  /** Fails a call a number of times. */
  failing(action: string, error: WireError, times = Infinity): void {
    const before = this.fault;
    let left = times;
    this.fault = (call) => (call.action === action && left-- > 0 ? error : before(call));
  }

  private async answer(request: { hostname: string; path: string; body?: unknown }): Promise<Answer> {
    if (request.hostname.startsWith('eks.')) return this.describeCluster(request.path);
    const parameters = Object.fromEntries(new URLSearchParams(String(request.body)));
    const service = serviceOf[parameters['Version'] ?? ''];
    if (service === undefined) throw new Error(`Not a call of a known API: ${String(request.body)}`);
    const call = { action: `${service}:${parameters['Action']}`, parameters };
    this.calls.push(call);
    const error = await this.fault(call);
    try {
      if (error !== undefined) throw new Refusal(error);
      return { status: 200, body: this.perform(call) };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return refusal.answer(service);
    }
  }

  private async describeCluster(path: string): Promise<Answer> {
    const call = { action: 'eks:DescribeCluster', parameters: { name: path.split('/').at(-1) ?? '' } };
    this.calls.push(call);
    const error = await this.fault(call);
    if (error !== undefined) return { status: error.status ?? 400, body: JSON.stringify({ __type: error.code }) };
    return this.cluster === undefined
      ? { status: 404, body: JSON.stringify({ __type: 'ResourceNotFoundException', message: 'No cluster found.' }) }
      : { status: 200, body: JSON.stringify({ cluster: { status: this.cluster } }) };
  }

  private perform({ action, parameters }: Call): string {
    switch (action) {
      case 'elb:DescribeLoadBalancers':
        return elbPage('DescribeLoadBalancers', 'LoadBalancerDescriptions', this.classic, parameters, ({ id, vpc }) =>
          xml({ LoadBalancerName: id, VPCId: vpc }),
        );
      case 'elb:DescribeTags':
        return tagDescriptions(this.classic, 'LoadBalancerName', listOf(parameters, 'LoadBalancerNames.member'));
      case 'elb:DeleteLoadBalancer':
        this.classic = without(this.classic, parameters['LoadBalancerName']);
        return done('DeleteLoadBalancer');
      case 'elbv2:DescribeLoadBalancers':
        return elbPage('DescribeLoadBalancers', 'LoadBalancers', this.balancers, parameters, ({ id, vpc }) =>
          xml({ LoadBalancerArn: id, VpcId: vpc }),
        );
      case 'elbv2:DescribeTargetGroups':
        return elbPage('DescribeTargetGroups', 'TargetGroups', this.targets, parameters, ({ id, vpc }) =>
          xml({ TargetGroupArn: id, VpcId: vpc }),
        );
      case 'elbv2:DescribeTags':
        return tagDescriptions(
          [...this.balancers, ...this.targets],
          'ResourceArn',
          listOf(parameters, 'ResourceArns.member'),
        );
      case 'elbv2:DeleteLoadBalancer':
        this.balancers = without(this.balancers, parameters['LoadBalancerArn']);
        return done('DeleteLoadBalancer');
      case 'elbv2:DeleteTargetGroup': {
        const target = this.targets.find(({ id }) => id === parameters['TargetGroupArn']);
        if (this.balancers.some(({ id }) => id === target?.usedBy)) {
          throw new Refusal({ code: 'ResourceInUse', message: 'The target group is in use by a listener or a rule' });
        }
        this.targets = without(this.targets, parameters['TargetGroupArn']);
        return done('DeleteTargetGroup');
      }
      case 'ec2:DescribeNetworkInterfaces':
        return this.describeInterfaces(parameters);
      case 'ec2:DeleteNetworkInterface':
        this.interfaces = deleted(
          this.interfaces,
          parameters['NetworkInterfaceId'],
          'InvalidNetworkInterfaceID.NotFound',
        );
        return done('DeleteNetworkInterface');
      case 'ec2:DescribeSecurityGroups':
        return ec2Page('DescribeSecurityGroups', 'securityGroupInfo', this.groups, parameters, groupFields, (group) =>
          xml({
            groupId: group.id,
            groupName: group.name,
            vpcId: group.vpc,
            ipPermissions: rulesXml(group.ingress),
            ipPermissionsEgress: rulesXml(group.egress),
            tagSet: tagSet(group.tags),
          }),
        );
      case 'ec2:RevokeSecurityGroupIngress':
      case 'ec2:RevokeSecurityGroupEgress': {
        const group = this.groups.find(({ id }) => id === parameters['GroupId']);
        const side = action.endsWith('Ingress') ? 'ingress' : 'egress';
        const named = listOf(parameters, 'IpPermissions', 'Groups.1.GroupId');
        const protocols = listOf(parameters, 'IpPermissions', 'IpProtocol');
        const known = group?.[side] ?? [];
        // Outside of a default VPC, one rule that is not there keeps all the others.
        if (protocols.some((protocol) => protocol !== '-1') || !named.every((id) => known.includes(id))) {
          throw new Refusal({ code: 'InvalidPermission.NotFound' });
        }
        if (group !== undefined) group[side] = known.filter((id) => !named.includes(id));
        return done(action.slice(4));
      }
      case 'ec2:DeleteSecurityGroup': {
        const id = parameters['GroupId'] ?? '';
        const held =
          this.interfaces.some(({ groups = [] }) => groups.includes(id)) ||
          this.groups.some(
            (group) => group.id !== id && [...(group.ingress ?? []), ...(group.egress ?? [])].includes(id),
          );
        if (held) throw new Refusal({ code: 'DependencyViolation', message: `resource ${id} has a dependent object` });
        this.groups = deleted(this.groups, id, 'InvalidGroup.NotFound');
        return done('DeleteSecurityGroup');
      }
      case 'ec2:DescribeVolumes':
        return ec2Page('DescribeVolumes', 'volumeSet', this.volumes, parameters, storedFields, (volume) =>
          xml({ volumeId: volume.id, status: volume.state ?? 'available', tagSet: tagSet(volume.tags) }),
        );
      case 'ec2:DeleteVolume':
        this.volumes = deleted(this.volumes, parameters['VolumeId'], 'InvalidVolume.NotFound');
        return done('DeleteVolume');
      case 'ec2:DescribeSnapshots':
        if (parameters['Owner.1'] !== 'self') throw new Error('Asks for the snapshots of everybody.');
        return ec2Page('DescribeSnapshots', 'snapshotSet', this.snapshots, parameters, storedFields, (snapshot) =>
          xml({ snapshotId: snapshot.id, tagSet: tagSet(snapshot.tags) }),
        );
      case 'ec2:DeleteSnapshot':
        this.snapshots = deleted(this.snapshots, parameters['SnapshotId'], 'InvalidSnapshot.NotFound');
        return done('DeleteSnapshot');
      default:
        throw new Error(`Nobody expects ${action}.`);
    }
  }

  private describeInterfaces(parameters: Call['parameters']): string {
    const balancers = [...this.classic, ...this.balancers].map(({ id }) => `ELB ${id.split(':loadbalancer/').at(-1)}`);
    for (const each of this.interfaces) {
      if (each.lingers !== undefined && !balancers.includes(each.description ?? '')) each.lingers--;
    }
    this.interfaces = this.interfaces.filter(({ lingers = 0 }) => lingers >= 0);
    return ec2Page(
      'DescribeNetworkInterfaces',
      'networkInterfaceSet',
      this.interfaces,
      parameters,
      interfaceFields,
      (each) =>
        xml({
          networkInterfaceId: each.id,
          vpcId: each.vpc,
          description: each.description ?? '',
          status: each.instance === undefined ? 'available' : 'in-use',
          ...(each.instance !== undefined && { attachment: xml({ instanceId: each.instance, status: 'attached' }) }),
          tagSet: tagSet(each.tags),
        }),
    );
  }
}

interface HandlerOptions {
  readonly abortSignal?: AbortSignal;
}

const serviceOf: Readonly<Record<string, 'ec2' | 'elb' | 'elbv2' | undefined>> = {
  '2016-11-15': 'ec2',
  '2012-06-01': 'elb',
  '2015-12-01': 'elbv2',
};

class Refusal extends Error {
  private readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.code);
    this.wire = wire;
  }

  answer(service: 'ec2' | 'elb' | 'elbv2'): Answer {
    const { code, message = 'Example message', status = 400 } = this.wire;
    const error = `<Code>${code}</Code><Message>${message}</Message>`;
    const body =
      service === 'ec2'
        ? `<Response><Errors><Error>${error}</Error></Errors><RequestID>ea966190-f9aa-478e-9ede</RequestID></Response>`
        : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>83c88b9d-12b7-11e3</RequestId></ErrorResponse>`;
    return { status, body };
  }
}

/** As the HTTP handler of the SDK ends when it is aborted. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (signal?.aborted === true) abort();
  });
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

const xml = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');

const done = (action: string): string =>
  `<${action}Response><requestId>59dbff89</requestId><return>true</return></${action}Response>`;

const tagSet = (tags: Tags = {}): string =>
  Object.entries(tags)
    .map(([key, value]) => `<item>${xml({ key, value })}</item>`)
    .join('');

/** Each rule has an address range as well, which nobody may revoke. */
const rulesXml = (named: readonly string[] = []): string =>
  [
    `<item>${xml({ ipProtocol: 'tcp', fromPort: '22', toPort: '22', ipRanges: '<item><cidrIp>10.0.0.0/8</cidrIp></item>' })}</item>`,
    ...named.map(
      (groupId) =>
        `<item>${xml({ ipProtocol: '-1', groups: `<item>${xml({ userId: '111122223333', groupId })}</item>` })}</item>`,
    ),
  ].join('');

/** Values of a list in a request: `Name.1`, `Name.2`, …; `more` is what stands behind the number. */
const listOf = (parameters: Call['parameters'], name: string, more = ''): readonly string[] =>
  Object.entries(parameters)
    .filter(([key]) => new RegExp(`^${name}\\.\\d+${more === '' ? '' : `\\.${more}`}$`).test(key))
    .map(([, value]) => value);

const without = <T extends { readonly id: string }>(all: readonly T[], gone: string | undefined): T[] =>
  all.filter(({ id }) => id !== gone);

function deleted<T extends { readonly id: string }>(all: readonly T[], gone: string | undefined, code: string): T[] {
  if (!all.some(({ id }) => id === gone)) throw new Refusal({ code });
  return without(all, gone);
}

function tagDescriptions(all: readonly Balancing[], idField: string, asked: readonly string[]): string {
  if (asked.length === 0 || asked.length > 20) throw new Refusal({ code: 'ValidationError' });
  const members = asked.map((id) => {
    const found = all.find((each) => each.id === id);
    if (found === undefined) throw new Refusal({ code: 'LoadBalancerNotFound' });
    const tags = Object.entries(found.tags).map(([Key, Value]) => `<member>${xml({ Key, Value })}</member>`);
    return `<member>${xml({ [idField]: id, Tags: tags.join('') })}</member>`;
  });
  return `<DescribeTagsResponse><DescribeTagsResult><TagDescriptions>${members.join('')}</TagDescriptions></DescribeTagsResult></DescribeTagsResponse>`;
}

function elbPage<T>(
  action: string,
  list: string,
  all: readonly T[],
  parameters: Call['parameters'],
  body: (item: T) => string,
): string {
  const start = Number(parameters['Marker'] ?? 0);
  const members = all.slice(start, start + pageSize).map((item) => `<member>${body(item)}</member>`);
  const next = start + pageSize < all.length ? `<NextMarker>${start + pageSize}</NextMarker>` : '';
  return `<${action}Response><${action}Result><${list}>${members.join('')}</${list}>${next}</${action}Result></${action}Response>`;
}

/** Values of an item that a filter of EC2 is compared with; undefined for a filter that the call does not have. */
type Fields<T> = (item: T, filter: string) => readonly string[] | undefined;

const storedFields: Fields<Stored> = () => undefined;
const interfaceFields: Fields<Interface> = ({ vpc, description = '', groups = [] }, filter) =>
  ({ 'vpc-id': [vpc], description: [description], 'group-id': groups })[filter];
const groupFields: Fields<Group> = ({ vpc, ingress = [], egress = [] }, filter) =>
  ({ 'vpc-id': [vpc], 'ip-permission.group-id': ingress, 'egress.ip-permission.group-id': egress })[filter];

function ec2Page<T extends { readonly tags?: Tags }>(
  action: string,
  list: string,
  all: readonly T[],
  parameters: Call['parameters'],
  fieldsOf: Fields<T>,
  body: (item: T) => string,
): string {
  const filters = listOf(parameters, 'Filter', 'Name').map((name, index) => ({
    name,
    values: listOf(parameters, `Filter.${index + 1}.Value`),
  }));
  const matching = all.filter((item) =>
    filters.every(({ name, values }) => {
      const { tags = {} } = item;
      if (name === 'tag-key') return values.some((key) => key in tags);
      if (name.startsWith('tag:')) return values.includes(tags[name.slice('tag:'.length)] ?? '\0');
      const fields = fieldsOf(item, name);
      if (fields === undefined) throw new Refusal({ code: 'InvalidParameterValue', message: `filter ${name}` });
      return fields.some((value) => values.includes(value));
    }),
  );
  const start = Number(parameters['NextToken'] ?? 0);
  const items = matching.slice(start, start + pageSize).map((item) => `<item>${body(item)}</item>`);
  const next = start + pageSize < matching.length ? `<nextToken>${start + pageSize}</nextToken>` : '';
  return `<${action}Response><requestId>59dbff89</requestId><${list}>${items.join('')}</${list}>${next}</${action}Response>`;
}
