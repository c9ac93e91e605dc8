import path from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

const name = 'kubernetes-textbook-labs';
const user = envPaths(name, { suffix: '' });

/** The root folder of this project. */
export const projectFolder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Where built binaries are kept: `$XDG_CACHE_HOME/kubernetes-textbook-labs` on Linux. Deleting it costs a build. */
export const cacheFolder = user.cache;

/** Where running environments keep their state: `$XDG_DATA_HOME/kubernetes-textbook-labs` on Linux. */
export const dataFolder = user.data;
