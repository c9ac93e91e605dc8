import type { V1Pod } from '@kubernetes/client-node';
import type { FargateProfile } from '../../../model/environment.ts';
import { ExternalError } from '../../../core/errors.ts';
import type { Text } from '../../../core/text.ts';
import type { KubernetesRelease } from '../../../catalog/versions.ts';
import { waitForAnswer } from '../api-client.ts';
import type { LocalFolder } from '../local-folder.ts';
import { namespaceForPods, profilePolicy } from './admission.ts';
import { profileLabel } from './names.ts';

/**
 * How long the API server may take to heed a policy, in milliseconds. It looks for new ones once a second, and may only be
 * starting.
 */
const timeout = 90_000;

/**
 * Sees to it that the pods of some profiles are handed over to Fargate's scheduler, from the first one on: applies the
 * policy and waits until the API server heeds it. Without kubectl, whose start takes longer than all of this.
 *
 * @throws ExternalError when the API server does not heed it in time
 */
export async function handOverPods(
  folder: LocalFolder,
  profiles: readonly FargateProfile[],
  version: KubernetesRelease['mutatingAdmissionPolicy'],
  signal: AbortSignal,
): Promise<void> {
  const namespace = profiles[0]?.namespaces[0];
  if (namespace === undefined) return;
  for (const { url, object } of [...profilePolicy(profiles, version), ...namespaceForPods(namespace)]) {
    const apply = {
      method: 'PATCH',
      url: `${url}?fieldManager=labs&force=true`,
      contentType: 'application/apply-patch+yaml',
      body: object,
    } as const;
    if (!(await waitForAnswer(folder, apply, timeout, signal))) throw tooLate({ ja: url, en: url });
  }
  const tryOut = {
    method: 'POST',
    url: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'try-out' },
      spec: { containers: [{ name: 'try-out', image: 'none' }] },
    },
  } as const;
  if (!(await waitForAnswer(folder, tryOut, timeout, signal, isForFargate)))
    throw tooLate({ ja: 'ポリシー', en: 'The policy' });
}

const isForFargate = (body: string): boolean =>
  (JSON.parse(body) as V1Pod).metadata?.labels?.[profileLabel] !== undefined;

const tooLate = (what: Text): ExternalError =>
  new ExternalError({
    ja: `Pod を模擬の Fargate に引き渡すもの（${what.ja}）が、${timeout / 1000} 秒以内に有効になりませんでした。`,
    en: `${what.en}, which hands pods over to the imitation of Fargate, did not take effect within ${timeout / 1000} seconds.`,
  });
