import { stringify } from 'yaml';
import { restrictedNamespaceYaml } from '../../charts/restricted-namespace.ts';
import { sampleWorkloadYaml } from '../../charts/web.ts';
import { agents, drillNamespace, ledger, teamNamespace } from './objects.ts';

/** The sample workload, a ledger with one pod, and the namespaces for a team, for a restore drill and for agents. */
export const operationsYaml = (namespace: string): string =>
  [
    sampleWorkloadYaml(namespace),
    ...ledger(namespace).map((object) => stringify(object)),
    restrictedNamespaceYaml(teamNamespace),
    restrictedNamespaceYaml(drillNamespace),
    stringify(agents),
  ].join('---\n');
