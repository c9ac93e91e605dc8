import { stringify } from 'yaml';
import { restrictedNamespaceYaml } from '../../charts/restricted-namespace.ts';
import { sampleWorkloadYaml } from '../../charts/web.ts';
import { agents, drillNamespace, ledger, teamNamespace } from './objects.ts';

/** The sample workload, a ledger of one pod, and the namespaces of a team, of a drill and of agents. */
export const operationsYaml = (namespace: string): string =>
  [
    sampleWorkloadYaml(namespace),
    ...ledger(namespace).map((object) => stringify(object)),
    restrictedNamespaceYaml(teamNamespace),
    restrictedNamespaceYaml(drillNamespace),
    stringify(agents),
  ].join('---\n');
