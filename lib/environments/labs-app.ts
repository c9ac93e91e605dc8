import { App } from 'aws-cdk-lib/core';
import { CURRENTLY_RECOMMENDED_FLAGS, USE_CDK_MANAGED_LAMBDA_LOGGROUP } from 'aws-cdk-lib/cx-api';

/**
 * The app that holds the environments' stacks. CDK's feature flags are set here and not in `cdk.json`, which only the
 * `cdk` command reads: so a test synthesizes the template that is deployed.
 *
 * @param context settings and other context, as `cdk -c key=value` would give them
 * @param outdir folder for the templates. @default the one that the `cdk` command asks for; without it, a temporary one that stays
 */
export function labsApp(context: Readonly<Record<string, unknown>> = {}, outdir?: string): App {
  return new App({
    ...(outdir === undefined ? {} : { outdir }),
    // CDK's usage report would be a resource with a condition for each region.
    analyticsReporting: false,
    // Nothing reads tree.json, which lists every construct of every stack again.
    treeMetadata: false,
    context: {
      ...CURRENTLY_RECOMMENDED_FLAGS,
      // These log groups are removed before the function that writes to them, which then recreates them.
      [USE_CDK_MANAGED_LAMBDA_LOGGROUP]: false,
      ...context,
    },
  });
}
