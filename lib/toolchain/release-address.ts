/**
 * Where this project publishes its packs: the address of a folder with an index, asked when LABS_PROGRAMS is not set.
 * `undefined` until the project has a public home.
 */
export const releaseAddress: string | undefined = undefined;
