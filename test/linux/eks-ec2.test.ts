import { beforeAll, expect, jest, test } from '@jest/globals';
import { faultsOn } from '../../lib/engine/faults.ts';
import { troubleshootingLab } from '../../labs/troubleshooting/lab.ts';
import { kubectl, kubectlDone } from '../cluster/environment.ts';
import { waitUntil } from '../wait-until.ts';
import { describeTour } from '../tier.ts';
import { describeLabs } from './lab-suite.ts';
import { Played } from './played.ts';

jest.setTimeout(30 * 60_000);

const inPod = 'kubectl exec deployment/web --';

describeLabs('eks-ec2', (place) => {
  describeTour('faults of lab troubleshooting', () => {
    let played: Played;
    beforeAll(async () => {
      played = await Played.of(place(), troubleshootingLab);
    });

    /** Those that only real containers, packets and names show; test/cluster has the others. */
    const symptoms: Readonly<Record<string, readonly [script: string, prints: RegExp]>> = {
      'refused-calls': [`${inPod} curl --silent --max-time 5 http://web/readyz`, /exit code 7$/],
      'never-started': ['kubectl get pods', /ErrImagePull|ImagePullBackOff/],
      'half-made': ['kubectl get pods', /CreateContainerConfigError/],
      'never-ready': ['kubectl events --types=Warning', /Unhealthy.*connection refused/],
      'all-true-but-one': ['kubectl get pods -o wide', / 0\/1$/m],
      'forgotten-names': [
        `${inPod} nslookup kubernetes.default.svc.cluster.local`,
        /NXDOMAIN|can't find|timed out|can't resolve|no servers/,
      ],
      'unknown-names': [`${inPod} nslookup kubernetes.default.svc.cluster.local`, /NXDOMAIN|can't find/],
    };

    test('has each of them here only', () => {
      const here = faultsOn(troubleshootingLab, 'linux').filter(({ targets }) => targets !== undefined);
      expect(here.map(({ id }) => id)).toEqual(Object.keys(symptoms));
      expect(faultsOn(troubleshootingLab, 'linux')).toEqual(troubleshootingLab.faults);
    });

    test.each(Object.entries(symptoms))(
      '%s breaks what it says, and its reference repair heals it',
      (id, [script, prints]) => played.playAndHeal(id, script, prints),
    );

    test('mend restores the DNS of the cluster, and a lab that was taken apart', async () => {
      const { access, lab } = played;
      const Corefile = () => kubectlDone(access, "get configmap coredns -n kube-system -o jsonpath='{.data.Corefile}'");
      const before = await Corefile();
      await played.break('unknown-names');
      expect(await Corefile()).not.toBe(before);
      await kubectlDone(access, 'delete configmap coredns -n kube-system');
      await kubectlDone(access, `delete namespace ${lab.namespace}`);
      await played.mend();
      expect(await Corefile()).toBe(before);
      const resolves = async () =>
        (await kubectl(access, 'exec deployment/web -- nslookup kubernetes.default.svc.cluster.local')).code === 0;
      await waitUntil('names are known again', resolves, 180_000, 2_000);
    });
  });
});
