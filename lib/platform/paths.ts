import path from 'node:path';
import envPaths from 'env-paths';
import { sudoUser } from './sudo-user.ts';
import { projectFile } from './project-file.ts';

/** Name of this project's folders in those of a user. */
export const folderName = 'kubernetes-textbook-labs';

// A relative path is invalid and counts as not set (XDG Base Directory Specification 0.8): env-paths would take it as it is.
for (const name of ['XDG_CACHE_HOME', 'XDG_DATA_HOME'])
  if (!path.isAbsolute(process.env[name] ?? '')) Reflect.deleteProperty(process.env, name);

const user = envPaths(folderName, { suffix: '' });

/** Under `sudo`, the folders are those of who called it. */
const home = sudoUser()?.home;
const ofCaller = (variable: string, folder: string, own: string): string =>
  home === undefined || process.env[variable] !== undefined ? own : path.join(home, folder, folderName);

/** The root folder of this project. */
export const projectFolder = path.dirname(projectFile('package.json'));

/** Where built binaries are kept: `$XDG_CACHE_HOME/kubernetes-textbook-labs` on Linux. Deleting it costs a build. */
export const cacheFolder = ofCaller('XDG_CACHE_HOME', '.cache', user.cache);

/** Where running environments keep their state: `$XDG_DATA_HOME/kubernetes-textbook-labs` on Linux. */
export const dataFolder = ofCaller('XDG_DATA_HOME', '.local/share', user.data);
