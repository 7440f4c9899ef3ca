const FIRST_INTERVAL_MS = 10_000;
/** Builds that print nothing for some minutes are ended by some services. */
const LONGEST_INTERVAL_MS = 5 * 60_000;

/**
 * Says which messages of a step are shown: in a log each of them is a line. The first about something is shown at once,
 * then one at intervals that grow, whatever it is about.
 * @param elapsed as of the clock
 */
export function createPace(elapsed: () => number): (about: string) => boolean {
  const known = new Set<string>();
  let intervalMs = FIRST_INTERVAL_MS;
  let dueMs = elapsed();

  return (about) => {
    const isNew = !known.has(about);
    if (!isNew && elapsed() < dueMs) return false;
    intervalMs = isNew ? FIRST_INTERVAL_MS : Math.min(intervalMs * 2, LONGEST_INTERVAL_MS);
    dueMs = elapsed() + intervalMs;
    known.add(about);
    return true;
  };
}
