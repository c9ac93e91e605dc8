/**
 * Quotes a text so that every POSIX shell, and fish, reads it as one word, unchanged. A backslash stands outside of the
 * quotes, as a quotation mark does: fish would read two of them inside as one.
 */
export const shellWord = (text: string): string => `'${text.replaceAll(/['\\]/g, "'\\$&'")}'`;

/** An argument of a command, in quotes only if a POSIX shell would change it without them. */
export const shellArgument = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellWord(text));
