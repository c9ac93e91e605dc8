import { expect } from '@jest/globals';
import { securityLab as lab } from './lab.ts';
import { idlePod, restrictedContainerSecurity, restrictedPodSecurity } from '../../lib/application/idle-pod.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

const rbac = 'rbac.authorization.k8s.io';
const policyName = 'security-image-sources';

const restricted = {
  securityContext: restrictedPodSecurity,
  containers: [{ name: 'main', securityContext: restrictedContainerSecurity }],
};

export const nearMisses: NearMisses = {
  wrongAnswers: { identity: 'system:anonymous' },
  blocks: { ran: 36, notHere: { aws: 10, containers: 5, linux: 2 } },
  afterGuide: ({ tryToRun }) => ({
    'what the guide leaves touches no other namespace': async () => {
      const pod = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'any' },
        spec: idlePod({}, { image: 'docker.io/library/nginx:1' }),
      });
      expect(await tryToRun('create --dry-run=server -f -', pod)).toContain(policyName);
      expect(await tryToRun('create --dry-run=server -n default -f -', pod)).toBe('pod/any created (server dry run)');
    },
  }),
  afterReset: ({ run }) => ({
    'reset takes the policies': async () => {
      expect(await run('get validatingadmissionpolicies,validatingadmissionpolicybindings -o name')).not.toContain(
        'security-',
      );
    },
  }),
  nearMisses: (site) => {
    const { run, apply, hint, waitUntil } = site;

    const role = (name: string, rules: object[]) =>
      apply({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name }, rules });
    const bind = (name: string, roleName: string, account: string, kind = 'Role') =>
      apply({
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name },
        roleRef: { apiGroup: rbac, kind, name: roleName },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: lab.namespace }],
      });
    const pod = (name: string, spec: object) => apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    const deployment = (name: string, spec: object) =>
      apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec } },
      });
    const rolledOut = (name: string) => run(`rollout status deployment/${name} --timeout=60s`);
    const ready = (name: string) => run(`wait pod/${name} --for=condition=Ready --timeout=60s`);

    const policy = (expression: string) =>
      apply({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: policyName },
        spec: {
          matchConstraints: {
            resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          },
          validations: [{ expression }],
        },
      });
    const hold = (validationActions: string[], namespaces: string[]) =>
      apply({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: policyName },
        spec: {
          policyName,
          validationActions,
          matchResources: {
            namespaceSelector: {
              matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }],
            },
          },
        },
      });
    /** A policy takes a moment before it holds. */
    const imageHint = (expected: RegExp) =>
      waitUntil(`the hint is ${expected}`, async () => expected.test(await hint('image-policy')));
    return {
      'a group, nobody, somebody else': async () => {
        const name = await run('auth whoami -o jsonpath={.status.userInfo.username}');
        expect(await hint('identity', name)).toBe('(passed)');
        expect(await hint('identity', 'system:authenticated')).toMatch(/^That is one of your groups\./);
        expect(await hint('identity', 'system:anonymous')).toMatch(
          /^That is the name of a client without credentials\./,
        );
        expect(await hint('identity', `${name}x`)).toMatch(/^The API server knows you by another name\./);
      },
      'accounts without rights, too many rights, rights to escalate': async () => {
        expect(await hint('rbac')).toBe("There is no ServiceAccount reader in the lab's namespace.");
        await run('create serviceaccount reader');
        expect(await hint('rbac')).toBe("There is no ServiceAccount team-lead in the lab's namespace.");
        await run('create serviceaccount team-lead');
        expect(await hint('rbac')).toBe('ServiceAccount reader may not do this yet: get pods');
        await role('pod-reader', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }]);
        await bind('reader', 'pod-reader', 'reader');
        expect(await hint('rbac')).toBe('ServiceAccount reader may not do this yet: get pods/log');
        await role('pod-reader', [{ apiGroups: [''], resources: ['*'], verbs: ['get', 'list', 'watch'] }]);
        expect(await hint('rbac')).toBe('ServiceAccount reader may do more than it should: get secrets');
        await role('pod-reader', [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['*'] }]);
        expect(await hint('rbac')).toBe('ServiceAccount reader may do more than it should: create pods');
        await role('pod-reader', [
          { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] },
        ]);
        // In the whole cluster, by mistake.
        await run(
          `create clusterrolebinding security-test --clusterrole=view --serviceaccount=${lab.namespace}:reader`,
        );
        expect(await hint('rbac')).toBe('ServiceAccount reader may do more than it should: list pods -n kube-system');
        await run('delete clusterrolebinding security-test');
        expect(await hint('rbac')).toBe('ServiceAccount team-lead may not do this yet: get pods');
        await bind('team-lead-reads', 'pod-reader', 'team-lead');
        expect(await hint('rbac')).toBe('ServiceAccount team-lead may not do this yet: create roles');
        await role('rights-manager', [{ apiGroups: [rbac], resources: ['roles', 'rolebindings'], verbs: ['*'] }]);
        await bind('team-lead-manages', 'rights-manager', 'team-lead');
        expect(await hint('rbac')).toBe('ServiceAccount team-lead may do more than it should: escalate roles');
        await role('rights-manager', [
          { apiGroups: [rbac], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'delete'] },
        ]);
        expect(await hint('rbac')).toBe('ServiceAccount deputy may not do this yet: get pods');
        await bind('deputy', 'pod-reader', 'deputy');
        expect(await hint('rbac')).toBe('(passed)');
      },
      'a token for everybody, for the API server, of another account, for nobody': async () => {
        const caller = async (spec: object) => {
          await run('delete pod caller --ignore-not-found --now');
          await pod('caller', idlePod(spec));
        };
        const tokens = (...audiences: (string | undefined)[]) => ({
          volumes: [
            {
              name: 'tokens',
              projected: {
                sources: audiences.map((audience, index) => ({
                  serviceAccountToken: { audience, path: `token-${index}` },
                })),
              },
            },
          ],
        });
        const own = { serviceAccountName: 'reader', automountServiceAccountToken: false };
        expect(await hint('service-accounts')).toMatch(
          /^In this namespace, a pod still gets a token for the API server by default\./,
        );
        await run('patch serviceaccount default -p {"automountServiceAccountToken":false}');
        expect(await hint('service-accounts')).toBe("There is no Pod caller in the lab's namespace.");
        await caller(tokens('sts.amazonaws.com'));
        expect(await hint('service-accounts')).toBe('Pod caller does not use ServiceAccount reader.');
        await caller({ serviceAccountName: 'reader', ...tokens('sts.amazonaws.com') });
        expect(await hint('service-accounts')).toMatch(/^Pod caller also has a token for the API server\./);
        await caller({ ...own, ...tokens('sts.amazonaws.com', undefined) });
        expect(await hint('service-accounts')).toMatch(/^Pod caller also has a token for the API server\./);
        await caller(own);
        expect(await hint('service-accounts')).toBe('Pod caller has no token with the audience sts.amazonaws.com.');
        await caller({ ...own, ...tokens('sts.amazonaws.com') });
        await ready('caller');
        expect(await hint('service-accounts')).toBe('(passed)');
      },
      'warnings only, old pods that run on, no pods at all': async () => {
        const label = (mode: string, level: string) =>
          run(`label --overwrite namespace ${lab.namespace} pod-security.kubernetes.io/${mode}=${level}`);
        const patch = (spec: object) => run(`patch deployment legacy -p ${JSON.stringify({ spec })}`);
        await label('warn', 'restricted');
        await label('audit', 'restricted');
        expect(await hint('pod-security')).toMatch(
          /^The namespace does not yet refuse pods that are not "restricted" \(warn and audit refuse nothing\)\./,
        );
        await label('enforce', 'baseline');
        expect(await hint('pod-security')).toMatch(
          /^The namespace does not yet refuse pods that are not "restricted" \(warn and audit refuse nothing\)\./,
        );
        await label('enforce', 'restricted');
        expect(await hint('pod-security')).toMatch(
          /^The pods of Deployment legacy are older than the namespace's label\./,
        );
        await run('rollout restart deployment/legacy');
        expect(await hint('pod-security')).toMatch(/^Deployment legacy does not have its new pods yet\./);
        await patch({ replicas: 0 });
        expect(await hint('pod-security')).toMatch(/^Deployment legacy wants no pods\./);
        await patch({ replicas: 1, template: { spec: restricted } });
        await rolledOut('legacy');
        expect(await hint('pod-security')).toBe('(passed)');
      },
      'no binding, warnings, a name that begins alike, init containers, everybody, nothing allowed': async () => {
        const main = "object.spec.containers.all(c, c.image.startsWith('registry.k8s.io";
        expect(await hint('image-policy')).toBe('There is no ValidatingAdmissionPolicy security-image-sources.');
        await policy(`${main}'))`);
        expect(await hint('image-policy')).toMatch(/^A policy alone does nothing\./);
        await hold(['Warn'], [lab.namespace]);
        expect(await hint('image-policy')).toMatch(/^Images of other registries are not refused\./);
        await hold(['Deny'], [lab.namespace]);
        await imageHint(/^An image of another host, whose name begins with registry\.k8s\.io, is admitted\./);
        await policy(`${main}/'))`);
        await imageHint(/^Images of init containers are not checked\./);
        await policy(
          `${main}/')) && object.spec.?initContainers.orValue([]).all(c, c.image.startsWith('registry.k8s.io/'))`,
        );
        await imageHint(/^\(passed\)$/);
        await hold(['Deny'], [lab.namespace, 'default']);
        await imageHint(/^Pods outside of the lab's namespace are refused too\./);
        await hold(['Deny'], [lab.namespace]);
        await policy('false');
        await imageHint(/^Images of registry\.k8s\.io are refused too, but must be allowed\./);
        for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy']) {
          await run(`delete ${kind} ${policyName}`);
        }
      },
      'a copy in an annotation, a variable, files for everybody, a Secret that can be changed': async () => {
        const object = {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'shop-db' },
          stringData: { password: 'none' },
        };
        const volumes = (defaultMode?: number) => ({
          volumes: [{ name: 'database', secret: { secretName: 'shop-db', defaultMode } }],
        });
        const mounted = { volumeMounts: [{ name: 'database', mountPath: '/etc/shop' }] };
        expect(await hint('secrets')).toBe("There is no Secret shop-db in the lab's namespace.");
        await apply(object);
        expect(await hint('secrets')).toBe('An annotation still contains a copy of Secret shop-db.');
        await run('delete secret shop-db');
        await run('create -f -', JSON.stringify(object));
        expect(await hint('secrets')).toBe("There is no Deployment shop in the lab's namespace.");
        const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'shop-db', key: 'password' } } }];
        await deployment('shop', idlePod({}, { env }));
        expect(await hint('secrets')).toMatch(
          /^Deployment shop gets the Secret as an environment variable, which child processes and crash reports get too\./,
        );
        await deployment('shop', idlePod(volumes(0o440)));
        expect(await hint('secrets')).toBe('Deployment shop does not get Secret shop-db as files.');
        await deployment('shop', idlePod(volumes(), mounted));
        expect(await hint('secrets')).toBe('The mode of the files lets every user in the container read them.');
        await deployment('shop', idlePod(volumes(0o440), mounted));
        expect(await hint('secrets')).toBe('Secret shop-db can still be changed.');
        await run('patch secret shop-db --type=merge -p {"immutable":true}');
        await rolledOut('shop');
        expect(await hint('secrets')).toBe('(passed)');
      },
      'the door of the cluster, of the namespace, and a door too many': async () => {
        const tools = (group: string) =>
          apply({
            apiVersion: `${rbac}/v1`,
            kind: 'RoleBinding',
            metadata: { name: 'deploy-tools' },
            roleRef: { apiGroup: rbac, kind: 'Role', name: 'tools' },
            subjects: [{ apiGroup: rbac, kind: 'Group', name: group }],
          });
        // A change of rights is known to the API server a moment after it answered.
        const auditHintBecomes = (expected: string) =>
          waitUntil(`the hint is ${expected}`, async () => (await hint('audit')) === expected);
        await auditHintBecomes('A service account of namespace default can still read Secret shop-db.');
        await tools('system:serviceaccounts:kube-system');
        await auditHintBecomes('A service account of namespace kube-system can still read Secret shop-db.');
        await tools(`system:serviceaccounts:${lab.namespace}`);
        await auditHintBecomes('ServiceAccount default of this namespace can still read Secret shop-db.');
        await run('delete rolebinding deploy-tools');
        await auditHintBecomes('(passed)');
        await run('delete rolebinding dashboards');
        expect(await hint('audit')).toMatch(/^This namespace's service accounts can't read ConfigMaps any more\./);
      },
    };
  },
};
