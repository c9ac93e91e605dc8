import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { sampleImage } from '../../application/sample-image.ts';
import type { ImageRecipe } from './images.ts';
import { metricsServerImage } from './metrics-server.ts';
import { nodeDiskImage } from './node-disk.ts';
import { systemProgram, withLibraries, xtablesExtensions } from './system-files.ts';

/** What a learner may type inside a container of the sample application. */
const applets = ['sh', 'cat', 'env', 'hostname', 'id', 'ip', 'ls', 'nslookup', 'ps', 'sleep'];

/** Where programs are in the images, as in those that the Kubernetes project publishes. */
const inImage = (name: string): string => `/usr/local/bin/${name}`;

/**
 * The images of a release, named as kubeadm asks for them.
 *
 * @param programs files of the built programs, by name
 * @param release exact release, for example `1.36.3`
 */
export async function imageRecipes(
  programs: Readonly<Record<string, string>>,
  release: string,
): Promise<readonly ImageRecipe[]> {
  const { stdout } = await execa(
    programs.kubeadm!,
    ['config', 'images', 'list', '--kubernetes-version', `v${release}`],
    environmentOf('system'),
  );
  const names = [...stdout.split('\n'), metricsServerImage, nodeDiskImage, sampleImage];
  return Promise.all(names.map((name) => recipeOf(name, programs)));
}

async function recipeOf(name: string, programs: Readonly<Record<string, string>>): Promise<ImageRecipe> {
  const program = name.replace(/^.*\//, '').replace(/:.*$/, '');
  const plain = (...names: readonly string[]): ImageRecipe => ({
    name,
    files: Object.fromEntries(names.map((each) => [inImage(each), programs[each]!])),
    writableFolders: ['/tmp'],
  });
  switch (program) {
    case 'etcd':
      return plain('etcd', 'etcdctl', 'etcdutl');
    case 'kube-proxy':
      return kubeProxy(name, programs);
    case 'coredns':
      return { name, files: { '/coredns': programs.coredns! }, entrypoint: ['/coredns'] };
    case 'pause':
      return { name, files: { '/pause': programs.pause! }, entrypoint: ['/pause'] };
    case 'metrics-server':
      return { name, files: { '/metrics-server': programs['metrics-server']! }, entrypoint: ['/metrics-server'] };
    case 'node-disk':
      return { name, files: { '/node-disk': programs['node-disk']! }, entrypoint: ['/node-disk'] };
    case 'agnhost':
      return {
        name,
        files: {
          '/agnhost': programs.agnhost!,
          '/bin/busybox': systemProgram('busybox')!,
          ...(await withLibraries({ '/usr/bin/curl': systemProgram('curl')! })),
        },
        links: Object.fromEntries(applets.map((applet) => [`/bin/${applet}`, 'busybox'])),
        texts: { '/etc/passwd': 'root:x:0:0:root:/:/bin/sh\n', '/etc/group': 'root:x:0:\n' },
        writableFolders: ['/tmp', '/uploads'],
        entrypoint: ['/agnhost'],
        command: ['pause'],
      };
    default:
      return plain(program);
  }
}

/** kube-proxy calls iptables, which loads a library for each match and target, and conntrack. */
async function kubeProxy(name: string, programs: Readonly<Record<string, string>>): Promise<ImageRecipe> {
  const own = Object.fromEntries(
    ['xtables-nft-multi', 'nft', 'conntrack'].map((each) => [`/usr/sbin/${each}`, systemProgram(each)!]),
  );
  const xtables = ['iptables', 'ip6tables'].flatMap((each) => [each, `${each}-save`, `${each}-restore`]);
  return {
    name,
    files: {
      [inImage('kube-proxy')]: programs['kube-proxy']!,
      ...(await withLibraries({ ...own, ...(await xtablesExtensions()) })),
    },
    links: {
      ...Object.fromEntries(xtables.map((each) => [`/usr/sbin/${each}`, 'xtables-nft-multi'])),
    },
    texts: { '/etc/protocols': 'tcp 6 TCP\nudp 17 UDP\nsctp 132 SCTP\n' },
    writableFolders: ['/tmp', '/run'],
  };
}
