import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { giveToSudoUser, makeFolder } from './sudo-user.ts';
import { folderName } from './paths.ts';

/** A data folder of its own, for environments beside those of the learner. */
export interface DataHome {
  /** The folder that holds it and nothing else. */
  readonly folder: string;
  /** The data folder. */
  readonly data: string;
  /** What leads `labs` to it, as variables of the environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes a data folder that goes again.
 *
 * @param prefix of its path, to which some letters are added
 */
export async function makeDataHome(prefix: string): Promise<DataHome> {
  await makeFolder(path.dirname(prefix));
  const folder = await mkdtemp(prefix);
  await giveToSudoUser(folder, false);
  return { folder, data: path.join(folder, folderName), variables: { XDG_DATA_HOME: folder } };
}

/** Removes it, with all that is in it. */
export const removeDataHome = ({ folder }: DataHome): Promise<void> => rm(folder, { recursive: true, force: true });
