import type { Text } from '../../core/text.ts';

/**
 * Sentences for profiles whose credentials can't be had, by what the SDK says of them (AWS SDK for JavaScript v3.1169,
 * `credential-provider-ini`, `credential-provider-sso` and `token-providers`); undefined for anything else.
 *
 * @param message what the SDK said
 * @param profile that is used
 */
export function credentialSentence(message: string, profile = process.env.AWS_PROFILE || 'default'): Text | undefined {
  const named = /^Profile (\S+) requires multi-factor/.exec(message)?.[1];
  if (named !== undefined) return multiFactor(profile);
  if (/SSO|aws sso login/.test(message) && /expired|invalid|not found|refresh/i.test(message))
    return singleSignOn(profile);
  if (/not authorized to perform: sts:AssumeRole/.test(message)) return role(message, profile);
  return undefined;
}

/** The AWS CLI asks for the code, and prints credentials that need none. They count when no profile is chosen. */
const multiFactor = (profile: string): Text => {
  const command = `eval "$(aws configure export-credentials --profile ${profile} --format env)" && unset AWS_PROFILE`;
  return {
    ja: `プロファイル ${profile} は多要素認証（MFA）のコードを必要としますが、labs はコードを尋ねません。AWS CLI にコードを入力して、期限のある認証情報をこの端末に設定してください: ${command}　リージョンも設定します: export AWS_REGION=REGION`,
    en: `Profile ${profile} needs a code of multi-factor authentication (MFA), which the labs do not ask for. Give it to the AWS CLI, which sets credentials for some hours in this terminal: ${command}. Set the region too: export AWS_REGION=REGION.`,
  };
};

const singleSignOn = (profile: string): Text => ({
  ja: `プロファイル ${profile} の SSO セッションの有効期限が切れているか、まだサインインしていません。サインインして、もう一度実行してください: aws sso login --profile ${profile}`,
  en: `The SSO session of profile ${profile} has expired, or was never begun. Sign in, and run the command again: aws sso login --profile ${profile}`,
});

const role = (message: string, profile: string): Text => {
  const arn = /on resource: (\S+)/.exec(message)?.[1] ?? 'role_arn';
  return {
    ja: `プロファイル ${profile} のロール ${arn} を引き受けられません（${message}）。ロールの信頼ポリシーが source_profile のユーザーまたはロールを許可し、そのユーザーに sts:AssumeRole の権限があるかを、管理者に確かめてください。ロールが MFA を求める場合は、プロファイルに mfa_serial も必要です。`,
    en: `Role ${arn} of profile ${profile} can't be assumed: ${message}. Ask your administrator whether the role's trust policy allows the user or role of source_profile, and whether that may call sts:AssumeRole. A role that asks for MFA needs mfa_serial in the profile, too.`,
  };
};
