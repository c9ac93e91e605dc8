/** A text as one word that every POSIX shell takes as it stands. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
