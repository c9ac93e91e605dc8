import type { AwsProfile } from './account-region.ts';

/** AWS itself, through SDK v3, which loads when it is first used: it takes longer than all the rest of a command. */
export const awsConnection: AwsProfile = {
  async region() {
    // The order of the AWS CLI and the CDK. The SDK itself does not look at AWS_DEFAULT_REGION.
    const named = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    if (named !== undefined && named !== '') return named;
    quietSdk();
    const { STS } = await import('@aws-sdk/client-sts');
    // The profile's. Without any, this is an error without a name of its own.
    return new STS({}).config.region().catch(() => undefined);
  },
  async calls(region) {
    quietSdk();
    const { Aws } = await import('./sdk.ts');
    return new Aws(region);
  },
};

/** The SDK's notice about coming Node.js versions would stand amid what the command says. */
function quietSdk(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
