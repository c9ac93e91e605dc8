import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { environments } from '../../lib/environments/catalogue.ts';
import { longestName, longestStackName, stackNameOf } from '../../lib/settings/stack-name.ts';
import { settingHelp } from '../../lib/settings/setting-help.ts';
import { parseSettings, settingNames, settingsFromContext, settingsFromFlags } from '../../lib/settings/settings.ts';

/** The message with which `act` refuses. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

const instanceTypes = 't3.medium, t3.large, t3.xlarge, t4g.medium, t4g.large, t4g.xlarge, m7i.large, m7g.large';
const names =
  'kubernetes, nodeCount, controlPlanes, instanceType, compute, allowedCidrs, admins, customerKey, logRetentionDays, podCidr, ' +
  'name, zones, bootstrapQualifier';
const notAnArn =
  'Setting admins: admins takes ARNs of IAM roles or users, such as arn:aws:iam::111122223333:role/Admin ' +
  '(for a role that you assumed, give the role itself, not the sts ARN of the session).';

describe('parseSettings', () => {
  test('has safe and cheap defaults', () => {
    expect(parseSettings({})).toEqual({
      kubernetes: '1.36',
      nodeCount: 2,
      controlPlanes: 1,
      instanceType: 't3.medium',
      compute: 'ec2',
      allowedCidrs: [],
      admins: [],
      customerKey: false,
      logRetentionDays: 7,
      podCidr: '10.244.0.0/16',
      name: '',
      zones: [],
      bootstrapQualifier: 'hnb659fds',
    });
  });

  test.each([
    ['kubernetes', '1.35', '1.35'],
    ['kubernetes', 1.36, '1.36'],
    ['nodeCount', '3', 3],
    ['nodeCount', 10, 10],
    ['controlPlanes', '3', 3],
    ['controlPlanes', 1, 1],
    ['podCidr', '172.16.0.0/12', '172.16.0.0/12'],
    ['podCidr', '100.64.0.0/20', '100.64.0.0/20'],
    ['instanceType', 'm7g.large', 'm7g.large'],
    ['compute', 'both', 'both'],
    ['allowedCidrs', '203.0.113.7/32', ['203.0.113.7/32']],
    ['allowedCidrs', ' 203.0.113.7/32, 198.51.100.0/24 ', ['203.0.113.7/32', '198.51.100.0/24']],
    ['allowedCidrs', ['10.0.0.0/8'], ['10.0.0.0/8']],
    ['allowedCidrs', '203.0.113.7/32,203.0.113.7/32', ['203.0.113.7/32']],
    ['allowedCidrs', '0.0.0.0/0', ['0.0.0.0/0']],
    ['allowedCidrs', '', []],
    ['admins', 'arn:aws:iam::111122223333:role/team/Admin', ['arn:aws:iam::111122223333:role/team/Admin']],
    ['admins', 'arn:aws-cn:iam::111122223333:user/aya', ['arn:aws-cn:iam::111122223333:user/aya']],
    ['customerKey', 'true', true],
    ['customerKey', 'false', false],
    ['customerKey', true, true],
    ['logRetentionDays', '30', 30],
    ['name', 'alice-2', 'alice-2'],
    ['name', 'a'.repeat(51), 'a'.repeat(51)],
    ['zones', 'us-east-1a, us-east-1c', ['us-east-1a', 'us-east-1c']],
    ['zones', 'us-gov-west-1a,us-gov-west-1b,us-gov-west-1c', ['us-gov-west-1a', 'us-gov-west-1b', 'us-gov-west-1c']],
    ['zones', 'use1-az1,use1-az2', ['use1-az1', 'use1-az2']],
    ['zones', '', []],
    ['bootstrapQualifier', 'Team_1', 'Team_1'],
  ])('takes %s=%j', (name, given, expected) => {
    expect(parseSettings({ [name]: given })).toEqual({ ...parseSettings({}), [name]: expected });
  });

  test.each([
    ['kubernetes', '1.20', 'Setting kubernetes: Kubernetes 1.20 is not supported. Valid: 1.36, 1.35.'],
    ['nodeCount', '1', 'Setting nodeCount: nodeCount takes a whole number from 2 to 10.'],
    [
      'controlPlanes',
      '2',
      'Setting controlPlanes: controlPlanes takes 1 or 3. An even number gains nothing: etcd works while more than half ' +
        'of its members (a quorum) work, so 2 members tolerate the loss of 0, no more than 1 do.',
    ],
    ['controlPlanes', '5', 'Setting controlPlanes: controlPlanes takes 1 or 3.'],
    [
      'podCidr',
      '10.0.128.0/17',
      "Setting podCidr: '10.0.128.0/17' overlaps the VPC, 10.0.0.0/16: routes to pods would hide machines of the VPC. " +
        'Give one such as 10.244.0.0/16.',
    ],
    ['podCidr', '10.244.0.1/16', "Setting podCidr: '10.244.0.1/16' has host bits set. Did you mean '10.244.0.0/16'?"],
    ['nodeCount', '11', 'Setting nodeCount: nodeCount takes a whole number from 2 to 10.'],
    ['nodeCount', '2.5', 'Setting nodeCount: nodeCount takes a whole number from 2 to 10.'],
    ['nodeCount', 'two', 'Setting nodeCount: nodeCount takes a whole number from 2 to 10.'],
    ['nodeCount', '', 'Setting nodeCount: nodeCount takes a whole number from 2 to 10.'],
    [
      'instanceType',
      't3.mediun',
      `Setting instanceType: Unknown instanceType 't3.mediun'. Did you mean 't3.medium'? Valid: ${instanceTypes}.`,
    ],
    ['compute', 'bath', "Setting compute: Unknown compute 'bath'. Did you mean 'both'? Valid: ec2, both."],
    ['compute', 'lambda', "Setting compute: Unknown compute 'lambda'. Valid: ec2, both."],
    [
      'allowedCidrs',
      '203.0.113.7',
      "Setting allowedCidrs: '203.0.113.7' is an address without a mask. Did you mean '203.0.113.7/32'?",
    ],
    [
      'allowedCidrs',
      '203.0.113.7/24',
      "Setting allowedCidrs: '203.0.113.7/24' has host bits set. Did you mean '203.0.113.0/24'?",
    ],
    ...['2001:db8::/32', '203.0.113.7/33', '203.0.113/24', 'all'].map((given) => [
      'allowedCidrs',
      given,
      `Setting allowedCidrs: '${given}' is not an IPv4 CIDR block. Give one such as 203.0.113.7/32.`,
    ]),
    ['allowedCidrs', 5, 'Setting allowedCidrs: Give one value, or several with commas between them.'],
    ['admins', 'aya', notAnArn],
    ['admins', 'arn:aws:sts::111122223333:assumed-role/Admin/aya', notAnArn],
    ['admins', 'arn:aws:iam::111122223333:root', notAnArn],
    ['admins', 'arn:aws:iam::111122223333:role/*', notAnArn],
    ['customerKey', 'yes', 'Setting customerKey: customerKey takes true or false.'],
    ['customerKey', 1, 'Setting customerKey: customerKey takes true or false.'],
    ...['alice_1', '-alice', 'alice-', 'a b', 'a'.repeat(52)].map((given) => [
      'name',
      given,
      'Setting name: name takes at most 51 letters of the English alphabet, digits and hyphens, with no hyphen at either ' +
        "end: it becomes a part of the names of stack and cluster, such as EksEc2-alice, and of the API servers' domain name.",
    ]),
    ...['tokyo', 'us-east-1', 'us-west-2-lax-1a'].map((given) => [
      'zones',
      `us-east-1a,${given}`,
      `Setting zones: '${given}' is neither the name nor the ID of an Availability Zone. Give ones such as ap-northeast-1a or apne1-az4.`,
    ]),
    ...['us-east-1a', 'us-east-1a,us-east-1a', 'us-east-1a,us-east-1b,us-east-1c,us-east-1d'].map((given) => [
      'zones',
      given,
      'Setting zones: zones takes 2 or 3 zones: 3 with controlPlanes=3.',
    ]),
    [
      'zones',
      'us-east-1a,use1-az2',
      'Setting zones: zones takes either names or IDs: of a mixture nobody can tell whether two are the same zone.',
    ],
    [
      'zones',
      'us-east-1a,us-west-2a',
      'Setting zones: zones takes zones of one region, not of us-east-1 and us-west-2.',
    ],
    [
      'bootstrapQualifier',
      'much-too-long',
      'Setting bootstrapQualifier: bootstrapQualifier takes what cdk bootstrap --qualifier was given: at most 10 letters, digits, _ and -.',
    ],
    [
      'logRetentionDays',
      '2',
      'Setting logRetentionDays: logRetentionDays takes one of what CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90.',
    ],
  ])('refuses %s=%j', (name, given, message) => {
    expect(refusal(() => parseSettings({ [name]: given }))).toBe(message);
  });

  test('refuses with a sentence for each setting that is wrong', () => {
    expect(refusal(() => parseSettings({ kubernetes: '1.2', customerKey: 'no' })).split('\n')).toEqual([
      'Setting kubernetes: Kubernetes 1.2 is not supported. Valid: 1.36, 1.35.',
      'Setting customerKey: customerKey takes true or false.',
    ]);
  });
});

describe('zones', () => {
  test('are as many as there are control planes', () => {
    const zones = 'us-east-1a,us-east-1b';
    expect(refusal(() => parseSettings({ zones, controlPlanes: '3' }))).toBe(
      'Setting zones: controlPlanes=3 puts each control plane into a zone of its own: give 3 zones.',
    );
    expect(parseSettings({ zones: `${zones},us-east-1c`, controlPlanes: '3' }).zones).toHaveLength(3);
  });
});

describe('longestName', () => {
  test('leaves room in everything that is called after the stack of any environment', () => {
    const names = environments.map(({ stack }) => stackNameOf(stack, 'a'.repeat(longestName)));
    expect(Math.max(...names.map(({ length }) => length))).toBe(longestStackName);
    expect(longestStackName).toBe(63);
  });
});

describe('settingsFromContext', () => {
  test("leaves alone what is CDK's or somebody else's", () => {
    const context = {
      'aws:cdk:enable-path-metadata': true,
      '@aws-cdk/core:x': true,
      'cli-telemetry': false,
      team: 'a',
    };
    expect(settingsFromContext(context)).toEqual(parseSettings({}));
  });

  test('refuses what looks like a typo', () => {
    expect(refusal(() => settingsFromContext({ nodecount: '3' }))).toBe(
      `Unknown setting 'nodecount'. Did you mean 'nodeCount'? Valid: ${names}.`,
    );
  });
});

describe('settingsFromFlags', () => {
  test('reads key=value as context does', () => {
    const given = { kubernetes: '1.35', allowedCidrs: '203.0.113.7/32,198.51.100.0/24' };
    const flags = Object.entries(given).map(([key, value]) => `${key}=${value}`);
    expect(settingsFromFlags(flags)).toEqual(settingsFromContext(given));
  });

  test.each([
    ['kubernetes', "'-c kubernetes' is not a setting. Give key=value, such as -c kubernetes=1.36."],
    ['=3', "'-c =3' is not a setting. Give key=value, such as -c kubernetes=1.36."],
    ['kubernets=1.35', `Unknown setting 'kubernets'. Did you mean 'kubernetes'? Valid: ${names}.`],
    ['colour=red', `Unknown setting 'colour'. Valid: ${names}.`],
  ])('refuses %s', (flag, message) => {
    expect(refusal(() => settingsFromFlags([flag]))).toBe(message);
  });
});

test('every setting has a help text and says its default', () => {
  expect(settingHelp.map(({ name }) => name)).toEqual(settingNames);
  for (const { text, default: value } of settingHelp) expect([text.ja, text.en, value]).not.toContain('');
});
