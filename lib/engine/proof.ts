import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import type { Report, Step } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import { waitFor } from '../core/wait-for.ts';
import type { Lab } from '../model/lab.ts';
import { parseSettings } from '../settings/settings.ts';
import { LocalTarget } from '../targets/local/local-target.ts';
import { processEnvironment, type LabAccess } from '../targets/target.ts';
import type { KubernetesObject } from '../translate/kubernetes-object.ts';

/** What a real API server made of objects. */
export interface Proof {
  readonly kubernetes: KubernetesVersionName;
  /** What the API server refused, in its words; empty when it accepted everything. */
  readonly refused: readonly string[];
  /** What Pod Security "baseline" says against the pods, in the API server's words; empty when they meet it. */
  readonly aboveBaseline: readonly string[];
  /** How many pods there were at the end, and how many of them were ready or had succeeded. */
  readonly pods: { readonly all: number; readonly up: number };
  /** Why pods are not up, in the scheduler's words. */
  readonly waiting: readonly string[];
}

/** How long pods may take to come up, in milliseconds. Simulated nodes take seconds. */
const patienceMs = 45_000;

const namespace = 'translated';

/**
 * Steps that bring up a control plane of its own, in a temporary folder, and try objects on it: a dry-run on the
 * server with strict validation, then the rollout.
 *
 * @param lab whose environment has the nodes
 * @param onProof gets the result
 */
export function proofStep(
  objects: readonly KubernetesObject[],
  kubernetes: KubernetesVersionName,
  lab: Lab,
  onProof: (proof: Proof) => void,
): Step {
  return {
    title: {
      ja: `Kubernetes ${kubernetes} のローカルのコントロールプレーンで試す`,
      en: `Try it on a local control plane of Kubernetes ${kubernetes}`,
    },
    run: async (report, signal) => {
      const data = await mkdtemp(path.join(tmpdir(), 'labs-proof-'));
      const target = new LocalTarget({ data });
      try {
        for (const step of await target.up(lab, parseSettings({ kubernetes }))) await step.run(report, signal);
        const proof = await proofOn(await target.access(lab), objects, kubernetes, report, signal);
        onProof(proof);
        return summaryOf(proof);
      } finally {
        // Also after Ctrl-C, which has aborted the signal.
        for (const step of await target.down(lab)) await step.run(() => undefined, new AbortController().signal);
        await rm(data, { recursive: true, force: true });
      }
    },
  };
}

const summaryOf = ({ refused, pods }: Proof): Text =>
  refused.length > 0
    ? { ja: `API サーバーが ${refused.length} 件を拒否`, en: `the API server refused ${refused.length}` }
    : { ja: `受け付けた。Pod ${pods.up}/${pods.all}`, en: `accepted; ${pods.up} of ${pods.all} pods are up` };

const outOfKubectl = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

async function proofOn(
  access: LabAccess,
  objects: readonly KubernetesObject[],
  kubernetes: KubernetesVersionName,
  report: Report,
  signal: AbortSignal,
): Promise<Proof> {
  const kubectl = async (args: readonly string[], input?: string) => {
    const result = await execa(path.join(access.bin, 'kubectl'), args, {
      env: processEnvironment(access),
      extendEnv: false,
      reject: false,
      cancelSignal: signal,
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
    });
    signal.throwIfAborted();
    return result;
  };
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/warn': 'baseline' } },
  };
  await kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
  const apply = ['apply', '-n', namespace, '--server-side', '--validate=strict', '-f', '-'];
  report({ ja: 'サーバー側の dry-run', en: 'dry-run on the server' });
  const tried = await kubectl([...apply, '--dry-run=server'], list);
  const said = outOfKubectl(tried.stderr);
  const warnings = said.filter((line) => line.startsWith('Warning:'));
  const refused = tried.failed ? said.filter((line) => !line.startsWith('Warning:')) : [];
  const proof = { kubernetes, refused, aboveBaseline: warnings.filter((line) => line.includes('PodSecurity')) };
  if (refused.length > 0) return { ...proof, pods: { all: 0, up: 0 }, waiting: [] };
  report({ ja: 'ロールアウト', en: 'rollout' });
  await kubectl(apply, list);
  return { ...proof, ...(await rolledOut(kubectl, objects, signal)) };
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

const isUp = ({ status }: Pod): boolean =>
  status.phase === 'Succeeded' ||
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

/** Waits until all pods are up, or for a while. */
async function rolledOut(
  kubectl: (args: readonly string[]) => Promise<{ readonly stdout: string }>,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
): Promise<Pick<Proof, 'pods' | 'waiting'>> {
  const wanted = objects.reduce((sum, { kind, spec }) => {
    if (kind === 'Deployment') return sum + ((spec as { replicas?: number }).replicas ?? 1);
    return sum + (kind === 'DaemonSet' || kind === 'Job' ? 1 : 0);
  }, 0);
  let pods: readonly Pod[] = [];
  const areUp = async () => {
    const { stdout } = await kubectl(['get', 'pods', '-n', namespace, '-o', 'json']);
    pods = (JSON.parse(stdout) as { items: readonly Pod[] }).items;
    return pods.length >= wanted && pods.every(isUp);
  };
  await waitFor(areUp, { timeoutMs: patienceMs, pauseMs: 500, signal });
  const reasons = pods
    .filter((pod) => !isUp(pod))
    .map(
      ({ status }) =>
        status.conditions?.find(({ message }) => message !== undefined && message !== '')?.message ??
        status.phase ??
        '',
    );
  return { pods: { all: Math.max(wanted, pods.length), up: pods.filter(isUp).length }, waiting: [...new Set(reasons)] };
}
