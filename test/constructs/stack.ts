import { Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { ANALYTICS_REPORTING_ENABLED_CONTEXT, DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { labsApp } from '../../lib/environments/labs-app.ts';
import { assemblyFolder } from '../assembly-folder.ts';

/** The template of a stack called `Lab` that holds what `make` puts into it. */
export function templateWith(make: (stack: Stack) => unknown): Template {
  const context = { [DISABLE_ASSET_STAGING_CONTEXT]: true, [ANALYTICS_REPORTING_ENABLED_CONTEXT]: true };
  const stack = new Stack(labsApp(context, assemblyFolder()), 'Lab');
  make(stack);
  return Template.fromStack(stack);
}
