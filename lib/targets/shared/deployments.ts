import type { V1DeploymentList } from '@kubernetes/client-node';
import type { Report } from '../../core/step.ts';
import type { Kubectl } from './kubectl.ts';

/** Options of {@link waitForDeployments}. */
export interface DeploymentsOptions {
  /** How long they may take to become available, as kubectl writes it. */
  readonly timeout: string;
  readonly signal: AbortSignal;
  /** Told what is waited for. @default nobody is */
  readonly report?: Report;
}

/**
 * Waits until all Deployments of some namespaces are available.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function waitForDeployments(
  kubectl: Pick<Kubectl, 'run'>,
  namespaces: readonly string[],
  { timeout, signal, report = () => undefined }: DeploymentsOptions,
): Promise<void> {
  for (const namespace of namespaces) {
    const listed = await kubectl.run(['get', 'deployments', '-n', namespace, '--output=json'], signal);
    const count = (JSON.parse(listed) as V1DeploymentList).items.length;
    // kubectl calls it an error to wait for all of nothing.
    if (count === 0) continue;
    report({
      ja: `名前空間 ${namespace} の ${count} 個の Deployment`,
      en: `${count} deployments of namespace ${namespace}`,
    });
    const available = ['--for=condition=Available', `--timeout=${timeout}`];
    await kubectl.run(['wait', 'deployment', '--all', '-n', namespace, ...available], signal);
  }
}
