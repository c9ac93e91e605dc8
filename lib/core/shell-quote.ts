/** Quotes a text so that every POSIX shell reads it as one word, unchanged. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** An argument of a command, in quotes only if a POSIX shell would change it without them. */
export const shellArgument = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellWord(text));
