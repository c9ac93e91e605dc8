import path from 'node:path';
import { EnvironmentFolder } from '../shared/environment-folder.ts';

/** The folder of one local environment. */
export class LocalFolder extends EnvironmentFolder {
  /** kwokctl's own folder: the one it takes when this environment's folder is its home. */
  get kwokWorkdir(): string {
    return this.file('.kwok');
  }

  /** The folder in which kwokctl keeps this cluster: data, keys, logs. */
  get clusterFolder(): string {
    return path.join(this.kwokWorkdir, 'clusters', this.name);
  }

  /** The nodes and kube-system objects, as they were made. */
  get objects(): string {
    return this.file('objects.yaml');
  }
}
