import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { Lab } from '../../model/lab.ts';

/** The names of all objects of a kind. */
export const namesOf = (kind: string, yaml: string): string[] =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as KubernetesObject | null)
    .flatMap((object) => (object?.kind === kind ? (object.metadata?.name ?? []) : []));

/** The namespaces that a lab makes: its own, and those that its objects name. */
export const namespacesOf = (lab: Lab, manifests: string): string[] => [
  ...new Set([lab.namespace, ...namesOf('Namespace', manifests)]),
];
