import type { Clock } from "./clock";

/** Reads a thing, or has what was read of it no longer ago than `maxAgeMs`; what failed serves nobody else. */
export type Keep<T> = (name: string, maxAgeMs: number, read: () => Promise<T>) => Promise<T>;

/** Creates a memory of answers, by the names of what was asked for. */
export function keepAnswers<T>(clock: Clock): Keep<T> {
  const answers = new Map<string, { readonly beganMs: number; readonly answer: Promise<T> }>();
  return (name, maxAgeMs, read) => {
    const known = answers.get(name);
    if (known && clock.elapsed() - known.beganMs < maxAgeMs) return known.answer;
    const kept = { beganMs: clock.elapsed(), answer: read() };
    answers.set(name, kept);
    kept.answer.catch(() => {
      if (answers.get(name) === kept) answers.delete(name);
    });
    return kept.answer;
  };
}
