/** Something in an output that may differ from run to run. */
export interface Pattern {
  /** Short and unique: the token that stands for it is `<name>`. */
  readonly name: string;
  readonly description: string;
  /** Finds it and nothing around it: the context is in look-behind and look-ahead. Global, and multi-line with `^`, `$`. */
  readonly regex: RegExp;
  /** Only in the cells of a table below one of these headers, rather than anywhere. */
  readonly columns?: readonly string[];
  /** Only in tables that have one of these headers too. */
  readonly besides?: readonly string[];
  /**
   * True for what identifies something: different values in one output get different numbers, so that "the same pod"
   * and "another pod" are told apart. Not for nodes, zones and addresses: which pod of several lands on which of
   * them, and so in which order they appear, is chance.
   * @default false
   */
  readonly isIdentity?: boolean;
  /** What it becomes. @default `<name>`, or `<name-1>`, `<name-2>` for an identity */
  readonly replacement?: string;
}

/** kubectl's notation of a duration (`duration.HumanDuration` of k8s.io/apimachinery): at most two units, no zero one. */
const age = String.raw`(?:\d+y(?:\d+d)?|\d+d(?:\d+h)?|\d+h(?:\d+m)?|\d+m(?:\d+s)?|\d+s)`;
/** What generated names are made of (`rand.SafeEncodeString` of k8s.io/apimachinery): no vowels, no 0, 1, 3. */
const safe = '[bcdfghjklmnpqrstvwxz2456789]';
/** A pod template's hash: a decimal number of 32 bits whose ten digits are mapped on ten characters of that alphabet. */
const hash = '[4-9bcdf]{7,10}';
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const octet = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const region = String.raw`(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:gov-)?(?:north|south|east|west|central)(?:east|west)?-\d`;
const nodePort = String.raw`3(?:[01]\d{3}|2[0-6]\d{2}|27[0-5]\d|276[0-7])`;
const clock = String.raw`\d{2}:\d{2}:\d{2}`;

/**
 * Everything that may differ from run to run. The list is closed: what none of these finds is compared to the letter.
 * Where two find the same text, the earlier one has it. Where versions or targets differ, a guide carries a variant of
 * the output; a pattern is not for that.
 */
export const patterns: readonly Pattern[] = [
  {
    name: 'holder',
    description: 'who holds a lease: a host name and a random UUID',
    regex: new RegExp(String.raw`(?<![\w.-])[A-Za-z0-9][A-Za-z0-9.-]*_${uuid}(?![\w-])`, 'g'),
  },
  {
    name: 'uid',
    description: 'the UID of an object',
    regex: new RegExp(`(?<![0-9A-Za-z-])${uuid}(?![0-9A-Za-z-])`, 'g'),
    isIdentity: true,
  },
  {
    name: 'apiserver-id',
    description: "the name of an API server's identity lease",
    regex: /(?<=\bapiserver-)[a-z2-7]{26}\b/g,
  },
  {
    name: 'resource-version',
    description: "an object's resource version, in YAML, JSON, describe or a URL",
    regex: /(?<=\bresourceVersion"?: ?"?|\bResource Version: +|[?&]resourceVersion=)\d+(?!\d)/g,
  },
  {
    name: 'time',
    description: 'a moment: RFC 3339 as in YAML and JSON, RFC 1123 as in describe',
    regex: new RegExp(
      String.raw`(?<!\w)(?:\d{4}-\d{2}-\d{2}T${clock}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})|[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} ${clock} [+-]\d{4})(?!\w)`,
      'g',
    ),
  },
  {
    name: 'log-head',
    description: "time and process in the head of a component's log line; its severity is compared",
    regex: new RegExp(String.raw`(?<=^[IWEF])\d{4} ${clock}\.\d{6} +\d+(?= [\w.-]+\.go:\d+\])`, 'gm'),
  },
  {
    name: 'milliseconds',
    description: 'how long a request took, in a client log',
    regex: /(?<= milliseconds=| in )\d+(?=$| milliseconds$)/gm,
  },
  {
    name: 'age',
    description: 'an age in a table',
    regex: new RegExp(String.raw`^${age}(?=$| \(x\d+ over ${age}\)$)`, 'g'),
    columns: ['AGE', 'Age', 'LAST SEEN', 'FIRST SEEN', 'DURATION'],
  },
  {
    name: 'age',
    description: 'an age in words: (5m ago), (x3 over 10s)',
    regex: new RegExp(String.raw`(?<=\(|\(x\d+ over )${age}(?= ago\)|(?<=over ${age})\))`, 'g'),
  },
  {
    name: 'pod-suffix',
    description: "the random end of the name of a ReplicaSet's pod",
    regex: new RegExp(`(?<=[a-z0-9]-${hash}-)${safe}{5}(?![a-z0-9-])`, 'g'),
    isIdentity: true,
  },
  {
    name: 'pod-suffix',
    description: 'the random end of a generated name in a list of pods or EndpointSlices',
    regex: new RegExp(`(?<=[a-z0-9]-)${safe}{5}$`, 'g'),
    columns: ['NAME'],
    besides: ['RESTARTS', 'ADDRESSTYPE', 'MEMORY(bytes)'],
    isIdentity: true,
  },
  {
    name: 'pod-suffix',
    description: "the random end of a generated name after its kind, as in pod/NAME, or in a controller's event",
    regex: new RegExp(
      String.raw`(?<=(?:\bpods?/|\bpod "|\b(?:Created|Deleted) pod: |\bendpointslice\.discovery\.k8s\.io[/ ]"?)(?:[a-z0-9]+-)+)${safe}{5}(?![a-z0-9-])`,
      'g',
    ),
    isIdentity: true,
  },
  {
    name: 'pod-suffix',
    description: "the random end of the name of a pod's volume for its service account token",
    regex: new RegExp(`(?<=\\bkube-api-access-)${safe}{5}(?![a-z0-9-])`, 'g'),
    isIdentity: true,
  },
  {
    name: 'template-hash',
    description: 'the hash of a pod template in the name of a ReplicaSet or of its pods',
    regex: new RegExp(`(?<=[a-z0-9]-)${hash}(?=-${safe}{5}(?![a-z0-9-])|(?![a-z0-9-]))`, 'g'),
    isIdentity: true,
  },
  {
    name: 'template-hash',
    description: 'the hash of a pod template as the value of a label',
    regex: new RegExp(`(?<=\\b(?:pod-template-hash|controller-revision-hash)(?:=|"?: *"?))${hash}(?![a-z0-9-])`, 'g'),
    isIdentity: true,
  },
  {
    name: 'template-hash',
    description: 'the hash of a pod template in a column of its own',
    regex: new RegExp(`^${hash}$`, 'g'),
    columns: ['POD-TEMPLATE-HASH', 'CONTROLLER-REVISION-HASH'],
    isIdentity: true,
  },
  {
    name: 'node',
    description: "the name of a node: an EC2 instance's private DNS name, or on target linux its kind and a number",
    regex: new RegExp(
      String.raw`(?<![a-z0-9])(?:ip(?:-${octet}){4}(?:\.(?:${region}\.compute|ec2)\.internal)?|(?:control-plane|worker)-\d+)(?![a-z0-9-])`,
      'g',
    ),
  },
  {
    name: 'instance',
    description: 'the id of an EC2 instance',
    regex: /(?<![a-z0-9-])i-[0-9a-f]{17}(?![a-z0-9-])/g,
    isIdentity: true,
  },
  {
    name: 'account',
    description: 'the AWS account in an ARN',
    regex: /(?<=\barn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:)\d{12}(?=:)/g,
  },
  {
    name: 'eks-endpoint',
    description: 'the host name of an EKS API endpoint, up to its region',
    regex: new RegExp(
      String.raw`(?<=https://)[0-9A-F]{32}\.[a-z0-9]+(?=\.${region}\.eks\.amazonaws\.com(?![\w.]))`,
      'g',
    ),
  },
  {
    name: 'zone',
    description: 'an AWS availability zone',
    regex: new RegExp(`(?<![a-z0-9-])${region}[a-f](?![a-z0-9-])`, 'g'),
  },
  {
    name: 'region',
    description: 'an AWS region',
    regex: new RegExp(`(?<![a-z0-9-])${region}(?![a-z0-9-])`, 'g'),
  },
  {
    name: 'port',
    description: 'a port on this machine',
    regex: /(?<=\b(?:127\.0\.0\.1|localhost):)\d{2,5}(?!\d)/g,
  },
  {
    name: 'node-port',
    description: 'the port that a Service was given on every node (30000 to 32767)',
    regex: new RegExp(
      String.raw`(?<=\d:)${nodePort}(?=/(?:TCP|UDP|SCTP)\b)|(?<=^NodePort: +\S+ +|\bnodePort"?: ?)${nodePort}(?!\d)`,
      'gm',
    ),
  },
  {
    name: 'address',
    description: 'an IPv4 address; not 127.0.0.1 and 0.0.0.0, which mean something, and no CIDR block',
    regex: new RegExp(
      String.raw`(?<![\w.-])(?!127\.0\.0\.1(?!\d)|0\.0\.0\.0(?!\d))${octet}(?:\.${octet}){3}(?![\w/]|\.\d)`,
      'g',
    ),
  },
  {
    name: 'cpu',
    description: 'CPU that is used, in kubectl top',
    regex: /^\d+m?$/g,
    columns: ['CPU(cores)'],
  },
  {
    name: 'memory',
    description: 'memory that is used, in kubectl top',
    regex: /^\d+(?:Ki|Mi|Gi)$/g,
    columns: ['MEMORY(bytes)'],
  },
  {
    name: 'share',
    description: 'share of a node that is used, in kubectl top',
    regex: /^\d+%$/g,
    columns: ['CPU(%)', 'CPU%', 'MEMORY(%)', 'MEMORY%'],
  },
  {
    name: 'kernel',
    description: 'the kernel of a node: that of the machine',
    regex: /^\d+\.\d+\.\d\S*(?=$| \()/g,
    columns: ['KERNEL-VERSION'],
  },
  {
    name: 'kernel',
    description: 'the kernel of a node in describe, YAML or JSON',
    regex: /(?<=^ *Kernel Version: +|\bkernelVersion"?: ?"?)\d+\.\d+\.\d[^\s",]*/gm,
  },
  {
    name: 'os-image',
    description: 'the operating system of a node: that of the machine',
    regex: /^[A-Z][\w .()/+:~-]*$/g,
    columns: ['OS-IMAGE'],
  },
  {
    name: 'os-image',
    description: 'the operating system of a node in describe, YAML or JSON',
    regex: /(?<=^ *OS Image: +|\bosImage"?: ?"?)[A-Z][^",\n]*?(?= *$|")/gm,
  },
  {
    name: 'machine-id',
    description: 'the id of a machine in describe, YAML or JSON',
    regex: /(?<=^ *Machine ID: +|\bmachineID"?: ?"?)[0-9a-f]{32}(?![0-9a-f])/gm,
  },
  {
    name: 'padding',
    description: 'the space between two columns, which is as wide as the widest cell needs',
    regex: /(?<=\S) {2,}(?=\S)/g,
    replacement: '  ',
  },
];
