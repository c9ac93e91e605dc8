import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explaining } from '../../../lib/targets/aws/errors.ts';
import { ownAddress } from '../../../lib/targets/aws/own-address.ts';
import { Aws } from '../../../lib/targets/aws/sdk.ts';
import { ExternalError } from '../../../lib/core/errors.ts';
import { CompanyNetwork } from './company-network.ts';
import { never } from './recorded.ts';

const before = { ...process.env };
let company: CompanyNetwork;
beforeAll(async () => {
  company = await CompanyNetwork.make();
});
afterAll(() => company.remove());
beforeEach(() => {
  for (const name of Object.keys(process.env))
    if (/^AWS_|_proxy$/i.test(name)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_CONFIG_FILE: company.file('config'),
    AWS_SHARED_CREDENTIALS_FILE: company.file('credentials'),
    AWS_CA_BUNDLE: company.authority,
    HTTPS_PROXY: company.proxy,
  });
});
afterEach(() => {
  process.env = { ...before };
  company.connects.length = company.asked.length = 0;
  company.refuse = undefined;
});

/** Asks who the credentials are of, and gives up soon. */
const ask = (timeouts = { connectionTimeout: 5_000, requestTimeout: 5_000 }) =>
  explaining(() => new Aws('ap-northeast-1', timeouts).call('sts.GetCallerIdentity', {}));

/** What a learner is told of a call that fails. */
const told = async (timeouts?: Parameters<typeof ask>[0]) => {
  const error: unknown = await ask(timeouts).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ExternalError);
  const { ja, en } = (error as ExternalError).text;
  expect(ja).not.toBe(en);
  return en;
};

describe('calls of AWS in a company', () => {
  test('go through its proxy, and trust its authority', async () => {
    expect((await ask()).Account).toBe('111122223333');
    expect(company.connects).toEqual(['sts.ap-northeast-1.amazonaws.com:443']);
  });

  test('pass by the proxy where NO_PROXY says so', async () => {
    process.env['NO_PROXY'] = '.amazonaws.com,127.0.0.1';
    process.env['AWS_ENDPOINT_URL'] = company.endpoint;
    expect((await ask()).Account).toBe('111122223333');
    expect(company.connects).toEqual([]);
  });

  test('say which variables name an authority that is not trusted', async () => {
    delete process.env['AWS_CA_BUNDLE'];
    expect(await told()).toMatch(
      /^No connection to AWS \(.*certificate.*\)\. .*export NODE_EXTRA_CA_CERTS=\S+ export AWS_CA_BUNDLE=/,
    );
  });

  test('say that the file of authorities is not there', async () => {
    process.env['AWS_CA_BUNDLE'] = company.file('missing.pem');
    expect(() => new Aws('ap-northeast-1')).toThrow(/^AWS_CA_BUNDLE names .*missing\.pem.* unset AWS_CA_BUNDLE$/);
  });

  test('say that the proxy wants a password, or gives no connection', async () => {
    company.refuse = '407 Proxy Authentication Required';
    expect(await told()).toBe(
      `The proxy ${company.proxy} asks for a user and password. Write them into HTTPS_PROXY: export HTTPS_PROXY=http://USER:PASSWORD@${company.proxy.slice(7)}`,
    );
    company.refuse = '403 Forbidden';
    process.env['HTTPS_PROXY'] = company.proxy.replace('//', '//me:secret@');
    const refused = await told();
    expect(refused).toContain(`The proxy ${company.proxy} gives no connection to AWS`);
    expect(refused).not.toContain('secret');
  });

  test('say what was waited for, and how long', async () => {
    const { answer } = company;
    company.answer = () => undefined;
    try {
      expect(await told({ connectionTimeout: 5_000, requestTimeout: 100 })).toMatch(
        /AWS does not answer \(sts\.GetCallerIdentity in ap-northeast-1: .*100 ms/,
      );
    } finally {
      company.answer = answer;
    }
  }, 60_000);
});

describe('a profile', () => {
  let files = 0;
  const choose = async (config: string) => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) Reflect.deleteProperty(process.env, name);
    process.env['AWS_PROFILE'] = 'workshop';
    // The SDK reads each file once.
    const file = company.file(`config-${(files += 1)}`);
    process.env['AWS_CONFIG_FILE'] = file;
    await writeFile(
      file,
      `[profile workshop]\n${config}\n[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=s\n`,
    );
  };
  const role = 'role_arn=arn:aws:iam::111122223333:role/admin\nsource_profile=base\nregion=us-east-1';

  test('with a role assumes it through the proxy, too', async () => {
    await choose(role);
    expect((await ask()).Account).toBe('111122223333');
    expect(company.connects).toHaveLength(2);
    expect(company.asked[0]).toContain('Action=AssumeRole');
  });

  test('with a role that may not be assumed says whom to ask', async () => {
    await choose(role);
    const { answer } = company;
    company.answer = (_, response) => {
      response.writeHead(403, { 'Content-Type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/a is ' +
          'not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/admin</Message></Error></ErrorResponse>',
      );
    };
    try {
      expect(await told()).toMatch(
        /^Role arn:aws:iam::111122223333:role\/admin of profile workshop can't be assumed: .*trust policy/,
      );
    } finally {
      company.answer = answer;
    }
  });

  test('with MFA says how credentials are had, and nothing of SSO', async () => {
    await choose(`${role}\nmfa_serial=arn:aws:iam::111122223333:mfa/a`);
    const sentence = await told();
    expect(sentence).toContain('eval "$(aws configure export-credentials --profile workshop --format env)"');
    expect(sentence).not.toContain('sso');
  });

  test('with a session of SSO that has expired, or was never begun, says how to sign in to it', async () => {
    await choose(
      'sso_session=corp\nsso_account_id=111122223333\nsso_role_name=admin\n[sso-session corp]\nsso_region=us-east-1\nsso_start_url=https://example.com/start',
    );
    process.env['HOME'] = company.file('home');
    await mkdir(path.join(company.file('home'), '.aws', 'sso', 'cache'), { recursive: true });
    expect(await told()).toMatch(/The SSO session of profile workshop .*: aws sso login --profile workshop$/);
  });
});

test("this machine's address is asked for through the proxy", async () => {
  const { answer } = company;
  company.answer = (_, response) => response.end('203.0.113.7\n');
  try {
    expect(await ownAddress(never)).toBe('203.0.113.7');
    expect(company.connects).toEqual(['checkip.amazonaws.com:443']);
    delete process.env['AWS_CA_BUNDLE'];
    await expect(ownAddress(never)).rejects.toThrow(/could not be found .*NODE_EXTRA_CA_CERTS.*allowedCidrs/);
    company.answer = () => undefined;
    process.env['AWS_CA_BUNDLE'] = company.authority;
    await expect(ownAddress(never, undefined, 300)).rejects.toThrow('no answer in 0.3 s');
  } finally {
    company.answer = answer;
  }
});
