import { UsageError } from '../lib/core/errors.ts';
import { unknownNameText } from '../lib/core/closest.ts';
import { kubernetesVersions, type KubernetesVersionName } from '../lib/catalog/versions.ts';

/** The names in an option that commas separate, each once. */
export const namesIn = (option: string): readonly string[] => [
  ...new Set(option.split(',').map((name) => name.trim())),
];

/**
 * The Kubernetes versions that an option names; all that are supported without it.
 *
 * @throws UsageError for one that is not supported
 */
export function versionsNamed(option: string | undefined): readonly KubernetesVersionName[] {
  if (option === undefined) return kubernetesVersions;
  return namesIn(option).map((name) => {
    const found = kubernetesVersions.find((version) => version === name);
    if (found !== undefined) return found;
    const kind = { ja: ' Kubernetes のバージョン', en: 'Kubernetes version' };
    throw new UsageError(unknownNameText(kind, name, kubernetesVersions));
  });
}
