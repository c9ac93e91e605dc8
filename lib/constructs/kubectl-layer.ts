import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { KubectlLayerName } from '../catalog/versions.ts';

const layers = {
  v36: KubectlV36Layer,
  v35: KubectlV35Layer,
} as const satisfies Record<KubectlLayerName, new (scope: Construct, id: string) => ILayerVersion>;

/** The Lambda layer that carries kubectl of one Kubernetes version. Its logical id is the same for every version. */
export const kubectlLayer = (scope: Construct, name: KubectlLayerName): ILayerVersion =>
  new layers[name](scope, 'KubectlLayer');
