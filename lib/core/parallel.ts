/**
 * Adds a part that is already going on.
 *
 * @returns the part itself, to be awaited
 */
export type AddPart = <T>(part: Promise<T>) => Promise<T>;

/**
 * Runs `work`, whose parts go on at the same time. When it fails, the parts that still go on are aborted, and they have
 * ended when this throws: what they write to can be removed then.
 *
 * @param work gets a signal that aborts its parts, and a function that adds a part
 */
export async function runInParallel(
  signal: AbortSignal,
  work: (signal: AbortSignal, add: AddPart) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const parts: Promise<unknown>[] = [];
  const add: AddPart = (part) => {
    parts.push(part.catch(() => undefined));
    return part;
  };
  try {
    await work(AbortSignal.any([signal, failure.signal]), add);
  } catch (error) {
    failure.abort();
    await Promise.all(parts);
    throw error;
  }
}
