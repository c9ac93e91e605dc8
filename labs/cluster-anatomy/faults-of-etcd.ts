import { setTimeout as sleep } from 'node:timers/promises';
import { ExternalError } from '../../lib/core/errors.ts';
import type { FaultPlan, FaultSite } from '../../lib/model/fault.ts';
import { failed } from '../../lib/model/verdict.ts';
import { editManifest, keepFiles, nodesOfKind, onNode, restoreFiles } from './fault-site.ts';
import { isAtWork } from './faults-of-components.ts';
import { etcdctl, machinesOf } from './machines.ts';

/**
 * The space quota of one member of etcd, in MiB: far below the default of 2 GiB, so that it is exceeded within seconds.
 * Its alarm NOSPACE applies to the whole cluster: no member accepts writes then.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/maintenance/#space-quota (read November 2026)
 */
const quota = 64;

const etcd = etcdctl().join(' ');

/** Rewrites one key repeatedly, as an uncontrolled batch would, until etcd refuses writes. */
const fill = `head -c 700000 /dev/urandom | base64 -w 0 > /tmp/fill
for i in $(seq ${quota * 3}); do ${etcd} put /labs/fill < /tmp/fill > /dev/null 2>&1 || break; done
rm /tmp/fill
${etcd} alarm list`;

/** Waits until all members are healthy. */
async function untilHealthy(site: FaultSite, name: string): Promise<void> {
  for (const deadline = Date.now() + 300_000; Date.now() < deadline; await sleep(1_000)) {
    if ((await machinesOf(site.cluster).run(name, etcdctl('endpoint', 'health', '--cluster'))).exitCode === 0) return;
  }
  throw new ExternalError({
    ja: '5 分待っても、etcd のメンバーが正常に戻りません。',
    en: 'The members of etcd are not healthy again after five minutes.',
  });
}

const compact = `revision=$(${etcd} endpoint status -w json | grep -o '"revision":[0-9]*' | head -n 1 | cut -d: -f2)
${etcd} compact $revision
${etcd} defrag --cluster
${etcd} alarm disarm`;

/** etcd is full of old revisions of one key. */
export const readOnly: FaultPlan = {
  async inject(site) {
    const [first = ''] = await nodesOfKind(site, 'control-plane');
    await keepFiles(site, first, ['/etc/kubernetes/manifests/etcd.yaml']);
    // Removes the quota of an earlier injection, which would otherwise be set twice.
    const limit = `/--quota-backend-bytes/d; s/^    - etcd$/&\\n    - --quota-backend-bytes=${quota * 1024 * 1024}/`;
    await onNode(site, first, editManifest('etcd', limit));
    await untilHealthy(site, first);
    const alarms = await onNode(site, first, fill);
    if (!alarms.includes('NOSPACE')) throw new ExternalError('etcd has not run full.');
  },
  isHealed: async (cluster) => {
    const [first = ''] = await machinesOf(cluster).names();
    const { exitCode, stdout } = await machinesOf(cluster).run(first, etcdctl('alarm', 'list'));
    if (exitCode === 0 && stdout.trim() === '') return isAtWork(cluster, 'kube-controller-manager');
    return failed({
      ja: 'クラスターは、まだ書き込みを断っています。',
      en: 'The cluster still refuses writes.',
    });
  },
  hints: [
    {
      ja: '書き込みを断っているのは API サーバーではありません。エラーの言葉の頭に、誰が言ったのかが出ています。',
      en: 'The API server is not the one that refuses writes. The error begins with the name of the component that does.',
    },
    {
      ja: 'etcd のあるノードで、etcdctl alarm list と endpoint status --cluster -w table を見てください。ディスクの空きではなく、etcd 自身の上限の話です。',
      en: 'On a node of etcd, look at etcdctl alarm list and endpoint status --cluster -w table. The cause is not the disk, but a limit of etcd itself.',
    },
    {
      ja: '古いリビジョンを捨て（compact）、空いた場所を返し（defrag、全メンバー）、そのあとで警告を解きます（alarm disarm）。順番が大事です。',
      en: 'Remove old revisions (compact), release the space (defrag, all members), and only then clear the alarm (alarm disarm). The order matters.',
    },
  ],
  repair: `labs node control-plane-1 -- bash -euc '${compact.replaceAll("'", "'\\''")}'`,
  async restoreNodes(site) {
    const [first = ''] = await nodesOfKind(site, 'control-plane');
    await onNode(site, first, `${etcd} del /labs/fill; ${compact}`);
    await restoreFiles(site, first);
    // The old member has to stop first.
    await sleep(10_000);
    await untilHealthy(site, first);
  },
};
