/** Wider lines are hard to read. */
const widest = 100;

/** Width where there is no terminal. */
const defaultWidth = 80;

/** Columns of the terminal, if there is one. */
export const terminalColumns = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

/** Columns that what a learner reads may take. */
export const terminalWidth = (): number =>
  process.stdout.isTTY ? Math.min(process.stdout.columns, widest) : defaultWidth;
