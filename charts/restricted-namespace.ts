import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { restrictedNamespaceLabels } from './defaults.ts';

/** An empty namespace that enforces Pod Security "restricted", as YAML. */
export function restrictedNamespaceYaml(name: string): string {
  const app = new App();
  const chart = new Chart(app, 'RestrictedNamespace', { disableResourceNameHashes: true });
  new k8s.KubeNamespace(chart, 'Namespace', { metadata: { name, labels: restrictedNamespaceLabels } });
  return app.synthYaml();
}
